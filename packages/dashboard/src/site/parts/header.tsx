import type { JSX } from "preact";
import icon from "../icon.svg";
import { type LiveState, liveState } from "../state/live.ts";
import type { Route } from "../state/route.ts";
import { type Session, signOut } from "../state/session.ts";
import { TenantChoice } from "./tenant-choice.tsx";
import { Text } from "./text.tsx";

const LIVE: Readonly<Record<LiveState, readonly [string, string]>> = {
  connecting: ["Connecting", "The stream of events is being opened."],
  live: ["Live", "What happens shows at once."],
  reconnecting: ["Reconnecting", "The stream of events broke. What was missed comes when it is back."],
  offline: ["Offline", "There is no network. What was missed comes when it is back."],
  paused: ["Paused", "Nothing is read while this tab is hidden."],
  off: ["Not live", "This service tells no events; what is shown is read again from time to time."],
};

/** Where one can go, whether what is shown is live, and who one is. */
export function Header({ session, route }: { session: Session; route: Route }): JSX.Element {
  const here = (...views: Route["view"][]) => (views.includes(route.view) ? "page" : undefined);
  const live = session.mayRead && (route.view === "locks" || route.view === "lock");
  return (
    <header class="top">
      <a class="brand" href="#/">
        <img src={icon} alt="" width="24" height="24" />
        Holdfast
      </a>
      <nav aria-label="Main">
        <a href="#/" aria-current={here("locks", "lock")}>
          Locks
        </a>
        <a href="#/jobs" aria-current={here("jobs", "job")}>
          Jobs
        </a>
        <a href="#/overview" aria-current={here("overview")}>
          Overview
        </a>
        {session.mayAdminister && (
          <>
            <a href="#/keys" aria-current={here("keys")}>
              Keys
            </a>
            <a href="#/audit" aria-current={here("audit")}>
              Audit
            </a>
          </>
        )}
        <a href="/docs">API</a>
      </nav>
      <div class="top-end">
        <span role="status" class="live-place">
          {live && <Live state={liveState.value} />}
        </span>
        {session.me.via === "operator" ? (
          <TenantChoice tenant={session.tenant} />
        ) : (
          <span class="muted who-am-i" title={session.me.scopes.join(", ")}>
            <Text value={session.me.id} />
          </span>
        )}
        <button type="button" class="quiet" onClick={() => signOut()}>
          Sign out
        </button>
      </div>
    </header>
  );
}

function Live({ state }: { state: LiveState }): JSX.Element {
  const [word, about] = LIVE[state];
  return (
    <span class="live" data-state={state} title={about}>
      {word}
    </span>
  );
}
