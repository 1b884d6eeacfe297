import type { Step } from "./search.ts";
import { ENDED, type State, tryOf } from "./state.ts";

/** The steps as sentences. Fences are numbered in their order; only that matters. */
export function story(trace: Step[]): string[] {
  const sizes = new Set<number>();
  for (const { move, next } of trace) {
    sizes.add(move.fence);
    for (const { record } of next.nodes) sizes.add(record);
  }
  const inOrder = [...sizes].filter((size) => size > 0).sort((a, b) => a - b);
  const shown = (fence: number) => (fence > 0 ? inOrder.indexOf(fence) + 1 : 0);
  const names = newNames();
  return trace.map(({ move, next }, i) => {
    const who = names(move.attempt, move.kind === "begin");
    return `${String(i + 1).padStart(2)}. ${told({ move, next }, who, shown)}`;
  });
}

/** A letter for each try: the place of one that has ended is used again. */
function newNames(): (attempt: number, begins: boolean) => string {
  const letters = new Map<number, string>();
  let begun = 0;
  return (attempt, begins) => {
    if (begins) letters.set(attempt, String.fromCharCode(65 + begun++));
    return attempt === ENDED ? "a try that has ended" : (letters.get(attempt) ?? "?");
  };
}

function told({ move, next }: Step, who: string, shown: (fence: number) => number): string {
  const node = `node ${move.node + 1}`;
  const fence = shown(move.fence);
  switch (move.kind) {
    case "begin":
      return `${who} begins${move.told ? ", the next try of a client that gave one up" : ""}`;
    case "vote":
      return `${node} votes for ${who} and proposes ${fence}${move.told ? "" : "; nobody hears of it"}`;
    case "expire":
      return `${node} drops the vote of ${who}: its time is over there`;
    case "take back":
      return `${node} takes back the vote of ${who}`;
    case "fix":
      return `${who} has a majority of votes; its fence is to be ${fence}`;
    case "raise":
      return `${node} has the fence ${fence} of ${who}${held(next, move.node)}`;
    case "count":
      return `${who} is granted the name with fence ${fence}`;
    case "end":
      return `${who} ends`;
    case "lose":
      return `${node} loses ${move.told ? `its latest data: it has voted for ${who}` : "its data"}`;
    case "wait over":
      return `${node} has waited for the longest TTL`;
    case "read":
      return `${node} tells its mark: ${fence}`;
    case "admit":
      return `${node} is admitted ${move.told ? "by an admission of before " : ""}with floor ${fence}`;
  }
}

function held(next: State, n: number): string {
  const holder = next.nodes[n]?.holder ?? ENDED;
  return holder >= 0 && tryOf(next, holder).phase > 0 ? "" : ", which does not hold its vote";
}
