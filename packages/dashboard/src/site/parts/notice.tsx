import type { JSX } from "preact";
import type { ApiError } from "../api/client.ts";
import { duration } from "./format.ts";

/** Why what is shown is not newer. */
export function Trouble({ error }: { error: ApiError | null }): JSX.Element | null {
  if (error === null) return null;
  return (
    <p class="notice" data-tone={error.status === 403 ? "warn" : "bad"} role="alert">
      {headline(error)} <span class="muted">{error.message}</span>
    </p>
  );
}

function headline({ status, retryAfterMs }: ApiError): string {
  if (status === 0) return "What you see may be out of date.";
  if (status === 403) return "Your key may not see this.";
  if (status === 429) return `Too many requests: waiting ${duration(retryAfterMs ?? 1000)}.`;
  return "This could not be brought up to date.";
}

export function Empty({ title, children }: { title: string; children?: JSX.Element | string }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="muted">{children}</div>}
    </div>
  );
}

/** The shape of what is being loaded. */
export function Loading({ rows = 5 }: { rows?: number }): JSX.Element {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
