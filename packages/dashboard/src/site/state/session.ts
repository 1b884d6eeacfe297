import type { Me } from "@holdfast/protocol";
import { type ReadonlySignal, signal } from "@preact/signals";
import { Api, ApiError, type Credentials } from "../api/client.ts";

/** Who is signed in. The key lives in this tab: it is gone when the tab is closed. */

const STORED = "holdfast.session";

export interface Session {
  readonly api: Api;
  readonly me: Me;
  /** Whose locks are shown; "" for those of the key itself. */
  readonly tenant: string;
  readonly mayRead: boolean;
  readonly mayAdminister: boolean;
}

const current = signal<Session | null>(null);
const farewell = signal("");

export const session: ReadonlySignal<Session | null> = current;
/** Why the last session ended, if not by the user. */
export const endedBecause: ReadonlySignal<string> = farewell;

/** @returns What is wrong, for the one who signs in; "" when it went well. */
export async function signIn(credentials: Credentials): Promise<string> {
  if (!/^[\x21-\x7e]+$/.test(credentials.key))
    return "That is not a key: keys have no spaces and no special characters.";
  const api = new Api(credentials, () => {
    if (current.value?.api === api)
      signOut("The key was refused: it has expired, or somebody revoked it. Sign in with another.");
  });
  let me: Me;
  try {
    me = await api.get<Me>("/v1/me");
  } catch (error) {
    return explain(error);
  }
  sessionStorage.setItem(STORED, JSON.stringify(credentials));
  farewell.value = "";
  current.value = {
    api,
    me,
    tenant: credentials.tenant,
    mayRead: me.scopes.includes("locks:read"),
    mayAdminister: me.scopes.includes("locks:admin"),
  };
  return "";
}

export function signOut(because = ""): void {
  sessionStorage.removeItem(STORED);
  farewell.value = because;
  current.value = null;
}

/** Signs in again after a reload of the page. A key that is refused is forgotten; a service that is away is not its fault. */
export async function resume(): Promise<void> {
  const stored = sessionStorage.getItem(STORED);
  if (stored === null) return;
  const wrong = await signIn(JSON.parse(stored) as Credentials);
  if (wrong !== "") signOut(wrong);
}

/** The operator looks at another tenant's locks. */
export async function chooseTenant(tenant: string): Promise<string> {
  const stored = sessionStorage.getItem(STORED);
  if (stored === null) return "";
  return signIn({ ...(JSON.parse(stored) as Credentials), tenant });
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  switch (error.status) {
    case 0:
      return "The service does not answer. Check the network, then try again.";
    case 401:
      return "This key opens nothing here. It may be mistyped, expired or revoked.";
    case 429:
      return "Too many requests with this key. Wait a moment, then try again.";
    default:
      return error.message;
  }
}
