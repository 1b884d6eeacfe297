import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Header } from "./parts/header.tsx";
import { plain } from "./parts/plain.ts";
import { type Route, route } from "./state/route.ts";
import { type Session, session } from "./state/session.ts";
import { AuditView } from "./views/audit.tsx";
import { JobView } from "./views/job.tsx";
import { JobsView } from "./views/jobs.tsx";
import { KeysView } from "./views/keys.tsx";
import { LockView } from "./views/lock.tsx";
import { LocksView } from "./views/locks.tsx";
import { OverviewView } from "./views/overview.tsx";
import { SignInView } from "./views/sign-in.tsx";

/** The frame of every view, and which one it is. */
export function App(): JSX.Element {
  const signedIn = session.value;
  const at = route.value;
  useEffect(() => {
    document.title = signedIn === null ? "Sign in · Holdfast" : titleOf(at);
  }, [at, signedIn]);
  if (signedIn === null) return <SignInView />;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Header session={signedIn} route={at} />
      <main id="main" tabIndex={-1}>
        <View session={signedIn} at={at} />
      </main>
    </>
  );
}

function View({ session: signedIn, at }: { session: Session; at: Route }): JSX.Element {
  if ((at.view === "keys" || at.view === "audit") && !signedIn.mayAdminister)
    return <Lacking scope="locks:admin" what="manage keys or read the audit" />;
  if (!signedIn.mayRead && at.view !== "keys" && at.view !== "audit")
    return <Lacking scope="locks:read" what="look at locks" />;
  switch (at.view) {
    case "locks":
      return <LocksView session={signedIn} key={signedIn.tenant} />;
    case "lock":
      return <LockView session={signedIn} name={at.name} key={`${signedIn.tenant} ${at.name}`} />;
    case "jobs":
      return <JobsView session={signedIn} key={signedIn.tenant} />;
    case "job":
      return <JobView session={signedIn} job={at.job} key={`${signedIn.tenant} ${at.job}`} />;
    case "overview":
      return <OverviewView session={signedIn} />;
    case "keys":
      return <KeysView session={signedIn} key={signedIn.tenant} />;
    case "audit":
      return <AuditView session={signedIn} key={signedIn.tenant} />;
  }
}

function Lacking({ scope, what }: { scope: string; what: string }): JSX.Element {
  return (
    <div class="empty">
      <h1 class="empty-title">Your key may not {what}.</h1>
      <p class="muted">
        It lacks the scope <code>{scope}</code>. Sign out and use a key that has it, or ask whoever made this
        one.
      </p>
    </div>
  );
}

function titleOf(at: Route): string {
  switch (at.view) {
    case "lock":
      return `${plain(at.name).slice(0, 80)} · Holdfast`;
    case "jobs":
      return "Jobs · Holdfast";
    case "job":
      return `${plain(at.job).slice(0, 80)} · Holdfast`;
    case "overview":
      return "Overview · Holdfast";
    case "keys":
      return "API keys · Holdfast";
    case "audit":
      return "Audit · Holdfast";
    default:
      return "Locks · Holdfast";
  }
}
