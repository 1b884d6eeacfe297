import { HoldfastError } from "../errors.ts";
import { decodeInspect, type InspectReply, list, surveyRows, text } from "../lock/replies.ts";
import { inspectScript, surveyScript } from "../lock/scripts.generated.ts";
import { keyGroup } from "../locks/names.ts";
import type { Reply, RunOptions } from "../store/store.ts";
import { askAll, createRound, reachedBy, sharedBy } from "./ask.ts";
import { type NodeHealth, nodeHealth } from "./health.ts";
import { memberKey } from "./keys.ts";
import { tooFew } from "./node-errors.ts";
import type { Quorum, QuorumNode } from "./options.ts";

const yes = () => "yes" as const;

/**
 * The state of a name, as `inspect.lua` answers it, with a row for each node at the end. Held is what a majority says is
 * held by the same attempt, or may say: a node that does not answer may be one of them.
 */
export async function inspect(
  quorum: Quorum,
  keys: readonly string[],
  args: readonly string[],
  options: RunOptions,
): Promise<Reply> {
  options.onSend?.();
  const [answers, health] = await Promise.all([
    askAll(quorum, options, inspectScript, keys, () => args, yes),
    nodeHealth(quorum, memberKey(quorum, keys), options),
  ]);
  const foreign = answers.find(
    (answer) => "reply" in answer && Array.isArray(answer.reply) && answer.reply[0] === "kind",
  );
  if (foreign && "reply" in foreign) return foreign.reply;
  const states = answers.map((answer) => ("reply" in answer ? decodeInspect(answer.reply) : undefined));
  const known = states.filter((state) => state !== undefined);
  if (known.length < quorum.majority) throw tooFew(quorum);

  const groups = known.map((state) => agreeing(known, state));
  const needed = quorum.majority - (quorum.nodes.length - known.length);
  const holding = groups.find((group) => group.length >= Math.max(needed, 1));
  const used = known.filter(({ kind }) => kind !== "unused");
  const [shown] = (holding ?? (used.length > 0 ? used : known)) as [InspectReply];
  const fence = agreed(
    known.map((state) => state.fence),
    quorum.majority,
  );
  const nodes = health.flatMap((node, i) => rowOf(node, states[i]));
  const { kind, capacity, serverNow, closedUntil } = shown;
  if (!holding) return [kind, capacity, 0, fence, serverNow, closedUntil, 0, [], [], nodes];

  const left = holding.map((state) => (state.holders[0]?.expiry ?? 0) - state.serverNow);
  const [holder] = shown.holders;
  const heldFence = agreed(
    holding.map((state) => state.holders[0]?.fence ?? 0),
    quorum.majority,
  );
  const metadata = holder?.metadata === undefined ? "-" : JSON.stringify(holder.metadata);
  const expiry = serverNow + reachedBy(left, Math.min(quorum.majority, left.length));
  const row = [holder?.hash ?? "", expiry, heldFence, 1, "exclusive", metadata];
  return [kind, capacity, 1, fence, serverNow, closedUntil, 0, row, [], nodes];
}

/**
 * The fence that was written to a majority. A node that voted late may know of a greater one, which nobody was given; where
 * too few nodes answer to tell, the least is never greater than the lease's.
 */
function agreed(fences: readonly number[], majority: number): number {
  return sharedBy(fences, majority) ?? Math.min(...fences);
}

/** Those whose holder is that of `state`. */
function agreeing(states: readonly InspectReply[], state: InspectReply): readonly InspectReply[] {
  const hash = state.holders[0]?.hash;
  return hash === undefined ? [] : states.filter((other) => other.holders[0]?.hash === hash);
}

function rowOf(
  { node, state, latencyMs, barredForMs }: NodeHealth,
  known: InspectReply | undefined,
): Reply[] {
  const [holder] = known?.holders ?? [];
  return [node, state, Math.round(latencyMs), barredForMs, holder?.hash ?? "", known?.fence ?? 0];
}

/** A name in a line, as `survey.lua` shows it: without its holder unless a majority names the same. */
export async function surveyName(
  quorum: Quorum,
  keys: readonly string[],
  args: readonly string[],
  options: RunOptions,
): Promise<Reply> {
  options.onSend?.();
  const answers = await askAll(quorum, options, surveyScript, keys, () => args, yes);
  const replies = answers.flatMap((answer) => ("reply" in answer ? [list(answer.reply)] : []));
  if (replies.length < quorum.majority) throw tooFew(quorum);
  const lines = replies.flatMap(([, now, line]) =>
    list(line).length > 0 ? [{ now, line: list(line) }] : [],
  );
  const hashOf = (line: readonly Reply[]) => line[7];
  const needed = quorum.majority - (quorum.nodes.length - replies.length);
  const agreed = lines.find(
    ({ line }) =>
      hashOf(line) !== "" && lines.filter((other) => hashOf(other.line) === hashOf(line)).length >= needed,
  );
  if (agreed) return ["0", agreed.now ?? 0, agreed.line];
  const [first] = lines;
  if (!first) return ["0", 0, []];
  const [key = "", kind = "", capacity = 1, , , waiting = 0, fence = 0] = first.line;
  return ["0", first.now ?? 0, [key, kind, capacity, 0, 0, waiting, fence, "", 0, 0, "", "-"]];
}

/**
 * A page of record keys. What a majority holds is known to every set of nodes that is large enough to touch each majority, so
 * so many are gone through, one after the other; a page leaves out what an earlier one of them knows. The cursor is
 * "tens.own": which node, how many before it did not answer, and its own cursor.
 *
 * @throws HoldfastError `unavailable` when too few answer.
 */
export async function scan(
  quorum: Quorum,
  cursor: string,
  pattern: string,
  count: number,
  options: RunOptions,
): Promise<[string, ...string[]]> {
  const { majority, nodes } = quorum;
  const [at = "0", own = "0"] = cursor === "0" ? [] : cursor.split(/\.(.*)/);
  const index = Math.floor(Number(at) / 10);
  const silent = Number(at) % 10;
  const node = nodes[index];
  if (!node) return ["0"];
  const page = await scanNode(quorum, node, own, pattern, count, options);
  if (!page) {
    if (silent + 1 >= majority) throw tooFew(quorum);
    return [`${(index + 1) * 10 + silent + 1}.0`];
  }
  const [next, ...keys] = page;
  const unique = [...new Set(keys)];
  const before = nodes.slice(0, index);
  const known = await Promise.all(before.map((earlier) => knownTo(quorum, earlier, unique, options)));
  const fresh = unique.filter((key) => !known.some((set) => set.has(key)));
  if (next !== "0") return [`${index * 10 + silent}.${next}`, ...fresh];
  const enough = index + 1 - silent > nodes.length - majority;
  return [enough ? "0" : `${(index + 1) * 10 + silent}.0`, ...fresh];
}

/** `undefined` when the node gives no answer. */
async function scanNode(
  quorum: Quorum,
  node: QuorumNode,
  cursor: string,
  pattern: string,
  count: number,
  options: RunOptions,
): Promise<readonly [string, ...string[]] | undefined> {
  const { store } = node;
  if (store.scan) {
    const run = { ...options, budgetMs: quorum.nodeTimeoutMs };
    return store.scan(cursor, pattern, count, run).catch((error) => {
      if (error instanceof HoldfastError && error.code === "unavailable") return undefined;
      throw error;
    });
  }
  const { ask } = createRound(quorum, options);
  const answer = await ask(node, surveyScript, [], [cursor, pattern, count], yes);
  if ("error" in answer) {
    if (answer.error.code === "unavailable") return undefined;
    throw answer.error;
  }
  const [next, , lines] = list(answer.reply);
  return [text(next), ...surveyRows(lines).map(([key]) => text(key))];
}

async function knownTo(
  quorum: Quorum,
  node: QuorumNode,
  keys: readonly string[],
  options: RunOptions,
): Promise<ReadonlySet<unknown>> {
  if (keys.length === 0) return new Set();
  const names = keys.flatMap(keyGroup);
  const answer = await createRound(quorum, options).ask(node, surveyScript, names, ["0", "", 1], yes);
  if ("error" in answer) return new Set();
  return new Set(surveyRows(list(answer.reply)[2]).map(([key]) => key));
}
