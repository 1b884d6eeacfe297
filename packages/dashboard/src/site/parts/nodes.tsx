import type { InspectionBody, NodesBody } from "@holdfast/protocol";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Refresher } from "../state/refresher.ts";
import type { Session } from "../state/session.ts";
import { age, duration } from "./format.ts";
import { Fence, Who } from "./lease.tsx";
import { Trouble } from "./notice.tsx";

/** The databases that locks live on. Nothing of it is there when they live in one. */

type Node = NodesBody["nodes"][number];
type Votes = NonNullable<InspectionBody["nodes"]>;

const PACE = { everyMs: 30_000, gapMs: 5000 };

/** How they are. */
export function Nodes({ session }: { session: Session }): JSX.Element | null {
  const look = useMemo(
    () => new Refresher<NodesBody>((signal) => session.api.get("/v1/nodes", {}, signal), PACE),
    [session],
  );
  useEffect(() => () => look.stop(), [look]);
  const nodes = look.data.value?.nodes;
  const none = nodes?.length === 0;
  useEffect(() => {
    if (none) look.stop();
  }, [none, look]);
  if (nodes === undefined) return <Trouble error={look.error.value} />;
  if (none) return null;
  return (
    <section class="card" aria-labelledby="nodes">
      <h2 id="nodes">Nodes</h2>
      <Trouble error={look.error.value} />
      <table>
        <caption class="unseen">The databases that locks live on</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Latency
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.node}>
              <Common {...node} />
              <td class="number">{duration(node.latencyMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What each says of a lock. */
export function NodeVotes({ nodes }: { nodes: Votes }): JSX.Element {
  return (
    <section class="card" aria-labelledby="votes">
      <h2 id="votes">Nodes</h2>
      <table>
        <caption class="unseen">What each node says of this lock</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">State</th>
            <th scope="col">Has voted for</th>
            <th scope="col" class="wide">
              Latest fence
            </th>
            <th scope="col" class="number wide">
              Latency
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.node}>
              <Common {...node} />
              <td>
                <Known of={node} none="nobody">
                  {node.holder !== undefined && <Who hash={node.holder} />}
                </Known>
              </td>
              <td class="wide">
                <Known of={node} none="none">
                  {node.fence > 0 && <Fence value={node.fence} />}
                </Known>
              </td>
              <td class="number wide">{duration(node.latencyMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const STATES: Readonly<Record<Node["state"], string>> = {
  voting: "votes",
  barred: "barred",
  silent: "no answer",
  refused: "refuses",
};

/** Its name, and how it is. No state rests on its colour alone. */
function Common({ node, state, barredForMs }: Node): JSX.Element {
  return (
    <>
      <th scope="row">{node}</th>
      <td>
        <span class="run-state" data-state={state}>
          <span class="mark" data-state={state} aria-hidden="true" />
          {STATES[state]}
        </span>
        {state === "barred" && (
          <span class="block muted small">
            {barredForMs > 0 ? `votes in ${age(barredForMs)}` : "votes when it is asked next"}
          </span>
        )}
      </td>
    </>
  );
}

/** What a node says, if it says anything. */
function Known({
  of: { state },
  none,
  children,
}: {
  of: Node;
  none: string;
  children: JSX.Element | false;
}): JSX.Element {
  if (state === "silent" || state === "refused") return <span class="muted">–</span>;
  return children || <span class="muted">{none}</span>;
}
