import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import icon from "../icon.svg";
import { TENANT_PATTERN } from "../parts/tenant-choice.tsx";
import { endedBecause, signIn } from "../state/session.ts";

/** Asks for the key. It stays in this tab. */
export function SignInView(): JSX.Element {
  const wrong = useSignal("");
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    wrong.value = "";
    wrong.value = await signIn({
      key: String(form.get("key")).trim(),
      tenant: String(form.get("tenant")).trim(),
    });
    busy.value = false;
  };
  const said = wrong.value || endedBecause.value;
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <div class="brand">
          <img src={icon} alt="" width="32" height="32" />
          Holdfast
        </div>
        <h1>Sign in</h1>
        <label>
          <span>API key</span>
          <input
            name="key"
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            autofocus
            aria-invalid={wrong.value !== ""}
            aria-describedby="sign-in-said"
          />
        </label>
        <details>
          <summary>Another tenant</summary>
          <label>
            <span>
              Tenant <span class="muted">(with the operator's key only)</span>
            </span>
            <input name="tenant" pattern={TENANT_PATTERN} autocomplete="off" spellcheck={false} />
          </label>
        </details>
        <p id="sign-in-said" class={said === "" ? "unseen" : "notice"} data-tone="bad" role="alert">
          {said}
        </p>
        <button type="submit" class="primary" disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
        <p class="muted small">
          A key with <code>locks:read</code> may look, one with <code>locks:admin</code> may also break locks
          and manage keys. It is kept in this tab only, until you sign out or close it.
        </p>
        <p class="small">
          <a href="/docs">API reference</a>
        </p>
      </form>
    </main>
  );
}
