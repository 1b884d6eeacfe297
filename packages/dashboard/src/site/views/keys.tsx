import type { CreatedKey, KeyInfo } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { day, duration } from "../parts/format.ts";
import { CreateKeyDialog, NewKeyDialog } from "../parts/key-dialogs.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { Refresher } from "../state/refresher.ts";
import type { Session } from "../state/session.ts";

type Open =
  | { readonly is: "create" }
  | { readonly is: "made"; readonly key: CreatedKey }
  | { readonly is: "revoke"; readonly key: KeyInfo };

/** The API keys of a tenant: who may do what. */
export function KeysView({ session }: { session: Session }): JSX.Element {
  const open = useSignal<Open | null>(null);
  const keys = useMemo(
    () =>
      new Refresher<{ keys: KeyInfo[] }>((signal) => session.api.get("/v1/keys", {}, signal), {
        everyMs: 60_000,
        gapMs: 0,
      }),
    [session],
  );
  useEffect(() => () => keys.stop(), [keys]);
  const data = keys.data.value;
  const close = () => {
    open.value = null;
  };
  return (
    <>
      <div class="card-head">
        <h1 id="title" tabIndex={-1}>
          API keys
        </h1>
        <button
          type="button"
          class="primary"
          onClick={() => {
            open.value = { is: "create" };
          }}
        >
          New key…
        </button>
      </div>
      <Trouble error={keys.error.value} />
      {data === null ? (
        keys.error.value === null && <Loading />
      ) : data.keys.length === 0 ? (
        <Empty title="No keys yet.">Make one for each program, with no more rights than it needs.</Empty>
      ) : (
        <KeyTable
          keys={data.keys}
          onRevoke={(key) => {
            open.value = { is: "revoke", key };
          }}
        />
      )}
      {open.value?.is === "create" && (
        <CreateKeyDialog
          session={session}
          onClose={close}
          onMade={(key) => {
            open.value = { is: "made", key };
            keys.poke();
          }}
        />
      )}
      {open.value?.is === "made" && <NewKeyDialog made={open.value.key} onClose={close} />}
      {open.value?.is === "revoke" && (
        <RevokeDialog
          session={session}
          revoked={open.value.key}
          onClose={close}
          onRevoked={() => {
            close();
            keys.poke();
          }}
        />
      )}
    </>
  );
}

function KeyTable({
  keys,
  onRevoke,
}: {
  keys: readonly KeyInfo[];
  onRevoke: (key: KeyInfo) => void;
}): JSX.Element {
  return (
    <table class="events">
      <caption class="unseen">API keys</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">May</th>
          <th scope="col" class="wide">
            Names
          </th>
          <th scope="col" class="wide">
            Limits
          </th>
          <th scope="col" class="wide">
            Made
          </th>
          <th scope="col">
            <span class="unseen">Revoke</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              <Text value={key.label} />
              <code class="small muted block">{key.shown}</code>
            </th>
            <td>
              {key.scopes.map((scope) => (
                <span class="kind" key={scope}>
                  {scope.replace("locks:", "")}
                </span>
              ))}
            </td>
            <td class="wide actor">
              {key.prefixes.map((prefix) => (
                <div key={prefix}>
                  {prefix === "" ? <span class="muted">all</span> : <Text value={prefix} />}
                </div>
              ))}
            </td>
            <td class="wide small">{limitsOf(key)}</td>
            <td class="wide small">{day(key.createdAt)}</td>
            <td class="number">
              <button
                type="button"
                class="danger"
                onClick={() => onRevoke(key)}
                aria-label={`Revoke ${key.shown}`}
              >
                Revoke…
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function limitsOf({ maxTtlMs, rateLimit, expiresAt }: KeyInfo): string {
  const limits = [
    ...(maxTtlMs === undefined ? [] : [`leases up to ${duration(maxTtlMs)}`]),
    ...(rateLimit === undefined ? [] : [`${rateLimit.requests} requests in ${duration(rateLimit.windowMs)}`]),
    ...(expiresAt === undefined ? [] : [`until ${day(expiresAt)}`]),
  ];
  return limits.length === 0 ? "none" : limits.join(", ");
}

interface RevokeProps {
  readonly session: Session;
  readonly revoked: KeyInfo;
  readonly onClose: () => void;
  readonly onRevoked: () => void;
}

function RevokeDialog({ session, revoked, onClose, onRevoked }: RevokeProps): JSX.Element {
  const wrong = useSignal("");
  const revoke = async () => {
    try {
      await session.api.send("DELETE", `/v1/keys/${encodeURIComponent(revoked.id)}`);
      onRevoked();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong.value = error.message;
    }
  };
  return (
    <Dialog title="Revoke this key?" onClose={onClose}>
      <p class="dialog-name">
        <Text value={revoked.label} /> <code class="muted">{revoked.shown}</code>
      </p>
      <p>Whoever uses it is turned away from now on. It cannot be undone.</p>
      {wrong.value !== "" && (
        <p class="notice" data-tone="bad" role="alert">
          {wrong.value}
        </p>
      )}
      <div class="actions">
        <button type="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" class="danger solid" onClick={revoke}>
          Revoke
        </button>
      </div>
    </Dialog>
  );
}
