import type { BreakAnswer, InspectionBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { ApiError, lockPath } from "../api/client.ts";
import type { Session } from "../state/session.ts";
import { Dialog } from "./dialog.tsx";
import { count } from "./format.ts";
import { Text } from "./text.tsx";

interface Props {
  readonly session: Session;
  readonly name: string;
  readonly lock: InspectionBody;
  readonly onClose: () => void;
  readonly onBroken: (said: string) => void;
}

/** Asks before a lock is taken from those who rely on it. */
export function BreakDialog({ session, name, lock, onClose, onBroken }: Props): JSX.Element {
  const reason = useSignal("");
  const busy = useSignal(false);
  const wrong = useSignal("");
  // A second try after a lost answer does not break the lease of the next in the queue.
  const attemptId = useMemo(() => crypto.randomUUID(), []);
  const breakIt = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    wrong.value = "";
    const said = reason.value.trim();
    try {
      const { broken } = await session.api.send<BreakAnswer>(
        "DELETE",
        lockPath(name),
        said === "" ? { attemptId } : { attemptId, reason: said },
      );
      onBroken(broken ? "The lock was broken." : "There was nothing to break: nobody held it any more.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong.value = error.message;
      busy.value = false;
    }
  };
  return (
    <Dialog title="Force the release of this lock?" onClose={onClose}>
      <form method="dialog" onSubmit={breakIt}>
        <p class="dialog-name">
          <Text value={name} title={false} />
        </p>
        <p>
          {lock.holders.length === 1
            ? "Its holder learns"
            : `Its ${count(lock.holders.length)} holders learn`}{" "}
          of it at the next request, and may go on until then as if nothing had happened: only what checks the
          fence is safe.
          {lock.waiting > 0 && " The next in the queue gets it at once."}
        </p>
        <label>
          <span>
            Reason <span class="muted">(kept in the audit)</span>
          </span>
          <textarea
            name="reason"
            maxLength={200}
            rows={2}
            value={reason.value}
            onInput={({ currentTarget }) => {
              reason.value = currentTarget.value;
            }}
          />
        </label>
        {wrong.value !== "" && (
          <p class="notice" data-tone="bad" role="alert">
            {wrong.value}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" class="danger solid" disabled={busy.value}>
            Break the lock
          </button>
        </div>
      </form>
    </Dialog>
  );
}
