import type { CreatedKey, CreateKeyRequest, Scope } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { ApiError } from "../api/client.ts";
import type { Session } from "../state/session.ts";
import { Dialog } from "./dialog.tsx";

const SCOPES: readonly (readonly [Scope, string])[] = [
  ["locks:acquire", "take locks and give them back"],
  ["locks:read", "look at locks"],
  ["locks:admin", "break locks, manage keys"],
];
const DAY_MS = 86_400_000;

interface CreateProps {
  readonly session: Session;
  readonly onClose: () => void;
  readonly onMade: (key: CreatedKey) => void;
}

/** Asks what a new key may do. */
export function CreateKeyDialog({ session, onClose, onMade }: CreateProps): JSX.Element {
  const wrong = useSignal("");
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    wrong.value = "";
    try {
      const wish = wishOf(new FormData(event.currentTarget as HTMLFormElement), session.tenant);
      onMade(await session.api.send<CreatedKey>("POST", "/v1/keys", wish));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong.value = error.message;
    }
  };
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={create}>
        <label>
          <span>Label</span>
          <input
            name="label"
            required
            maxLength={100}
            placeholder="checkout, production"
            autocomplete="off"
          />
        </label>
        <fieldset>
          <legend>It may</legend>
          {SCOPES.map(([scope, about]) => (
            <label class="check" key={scope}>
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={scope === "locks:acquire"}
                disabled={!session.me.scopes.includes(scope)}
              />
              <code>{scope}</code> <span class="muted">{about}</span>
            </label>
          ))}
        </fieldset>
        <label>
          <span>
            Names begin with <span class="muted">(one a line; empty for all)</span>
          </span>
          <textarea name="prefixes" rows={2} spellcheck={false} />
        </label>
        <div class="fields">
          <label>
            <span>Lease, seconds</span>
            <input name="maxTtl" type="number" min={1} max={86400} placeholder="no limit" />
          </label>
          <label>
            <span>Requests a minute</span>
            <input name="requests" type="number" min={1} max={1000000} placeholder="no limit" />
          </label>
          <label>
            <span>Ends after, days</span>
            <input name="days" type="number" min={1} max={3650} placeholder="never" />
          </label>
        </div>
        {wrong.value !== "" && (
          <p class="notice" data-tone="bad" role="alert">
            {wrong.value}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Make the key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The key itself: nobody can show it again. */
export function NewKeyDialog({ made, onClose }: { made: CreatedKey; onClose: () => void }): JSX.Element {
  const copied = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.key);
      copied.value = "Copied.";
    } catch {
      copied.value = "The browser does not allow it: select the key and copy it.";
    }
  };
  return (
    <Dialog title="This is the key" onClose={onClose}>
      <p>It is shown this once: the service keeps only a hash of it.</p>
      <label>
        <span class="unseen">The key</span>
        <input
          class="secret"
          readOnly
          value={made.key}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
      </label>
      <p class="said" role="status">
        {copied.value}
      </p>
      <div class="actions">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <button type="button" class="primary" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  );
}

function wishOf(form: FormData, tenant: string): CreateKeyRequest {
  const number = (name: string) => {
    const text = String(form.get(name) ?? "");
    return text === "" ? undefined : Number(text);
  };
  const prefixes = String(form.get("prefixes"))
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "");
  const maxTtl = number("maxTtl");
  const requests = number("requests");
  const days = number("days");
  return {
    label: String(form.get("label")),
    scopes: form.getAll("scopes") as Scope[],
    ...(tenant === "" ? {} : { tenant }),
    ...(prefixes.length === 0 ? {} : { prefixes }),
    ...(maxTtl === undefined ? {} : { maxTtlMs: maxTtl * 1000 }),
    ...(requests === undefined ? {} : { rateLimit: { requests, windowMs: 60_000 } }),
    ...(days === undefined ? {} : { expiresAt: Date.now() + days * DAY_MS }),
  };
}
