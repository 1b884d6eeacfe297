import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { chooseTenant } from "../state/session.ts";
import { Dialog } from "./dialog.tsx";

/** Tenants are what keys say they are: there is no list of them, so the operator names one. */
export const TENANT_PATTERN = "[a-z0-9](?:[a-z0-9\\-]{0,30}[a-z0-9])?";

/** Whose locks the operator looks at. */
export function TenantChoice({ tenant }: { tenant: string }): JSX.Element {
  const open = useSignal(false);
  const wrong = useSignal("");
  const choose = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    wrong.value = await chooseTenant(String(form.get("tenant")).trim());
    open.value = wrong.value !== "";
  };
  return (
    <>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          wrong.value = "";
          open.value = true;
        }}
      >
        {tenant === "" ? "Operator" : `Tenant ${tenant}`}
      </button>
      {open.value && (
        <Dialog
          title="Whose locks?"
          onClose={() => {
            open.value = false;
          }}
        >
          <form onSubmit={choose}>
            <label>
              <span>
                Tenant <span class="muted">(empty for the operator's own)</span>
              </span>
              <input
                name="tenant"
                pattern={TENANT_PATTERN}
                spellcheck={false}
                autocomplete="off"
                defaultValue={tenant}
              />
            </label>
            {wrong.value !== "" && (
              <p class="notice" data-tone="bad" role="alert">
                {wrong.value}
              </p>
            )}
            <div class="actions">
              <button
                type="button"
                onClick={() => {
                  open.value = false;
                }}
              >
                Cancel
              </button>
              <button type="submit" class="primary">
                Show
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
