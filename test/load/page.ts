import type { LoadReport } from "./load.ts";
import type { Quantiles } from "./timings.ts";

const MB = 1_048_576;

/** What a run found, as the page and the terminal have it. */
export function resultText(report: LoadReport): string {
  const { options, rates, verbs, answers, memory, wrongs } = report;
  const bare = rates[0];
  return [
    `${options.clients} clients for ${options.seconds} s, each with ${options.pauseMs} ms between its turns on average, ${Math.round(options.faults * 100)} % of the requests to the database hit. ${report.startedAt.slice(0, 10)}, ${report.machine}.`,
    "",
    `**${wrongs.length === 0 ? "All was right." : wrongs.map((wrong) => `WRONG: ${wrong}.`).join(" ")}**`,
    "",
    ...(bare
      ? [
          `Without faults, 20 at once, one kind of request at a time, in the same isolate:`,
          "",
          ...table(
            ["", "requests/s", "p50", "p99", "requests/s ÷ bare", "p50 ÷ bare"],
            rates.map(({ what, perSecond, p50, p99 }) => [
              what,
              count(perSecond),
              ms(p50),
              ms(p99),
              ratio(perSecond, bare.perSecond),
              ratio(p50, bare.p50),
            ]),
          ),
          "",
        ]
      : []),
    `Under load and faults: ${count(report.requestsPerSecond)} requests/s, ${count(report.grants)} grants, ${count(report.databaseRequests)} requests to the database, of which ${count(report.faultsInjected)} were hit.`,
    "",
    ...table(
      ["", "requests", "p50", "p99"],
      Object.entries(verbs).map(([verb, { count: requests, p50, p99 }]: [string, Quantiles]) => [
        WORDS[verb] ?? verb,
        count(requests),
        ms(p50),
        ms(p99),
      ]),
    ),
    "",
    ...table(
      ["answer", "times"],
      Object.entries(answers).map(([answer, times]) => [answer, count(times)]),
    ),
    "",
    `workerd: heap after a collection ${megabytes(memory.heapBefore)} before, ${megabytes(memory.heapAtRest)} at rest${memory.heapTrend ? ` (${memory.heapTrend.verdict} in the second half, mean ${megabytes(memory.heapTrend.mean)})` : ""}; resident ${megabytes(memory.rssBefore)} and ${megabytes(memory.rssAtRest)}.`,
  ].join("\n");
}

const WORDS: Record<string, string> = {
  acquire: "acquire, waiting up to 2 s",
  try: "acquire, waitMs 0",
  abandon: "acquire, never released",
};

/** The whole of docs/service/load.md. */
export function pageText(report: LoadReport): string {
  return `# Load

\`\`\`sh
npm run load                                        # 60 s, 200 clients, 10 % faults
npm run load -- --page docs/service/load.md         # and writes this page
\`\`\`

The Worker as it is deployed, in workerd, over a gateway with the embedded Valkey in a process of its own. Of the turns of its clients 45 % wait for one
of 20 names, 25 % ask once, 20 % take a name of their own and extend, 10 % take a lock for 300 ms and leave it. Between the Worker and its database requests and replies are lost, repeated, delayed
by 100 ms, answered 503, and streams are cut. The run fails (exit code 1) when

- an answer is other than 200, \`409 held\`, \`409 lost\` or \`503 unavailable\`, the one 5xx that is true: the database could not be reached for as long as the service tries. Or when there is no answer;
- two held a lock at once, or a fence was not greater than an earlier one, by the checker of [histories](../checking.md);
- the isolate's heap keeps more than 3 MB after a collection when all is at rest. Resident memory is shown: local workerd's grows with every request of any Worker ([soak](../soak.md)).

The bare handler is a Hono app with one route that parses the body and makes one \`fetch\` to the same gateway. An acquire is one request too, and with the history a second one after its answer: on a machine whose
cores are busy that halves the rate, and it adds nothing to an answer where they are not. Clients, workerd, gateway and engine share the machine's cores, so read ratios, not rates.

## The last run

${resultText(report)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`, ...rows.map(line)];
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : count(value)} ms`;
}

function ratio(value: number, bare: number): string {
  return (value / bare).toFixed(2);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : `${(bytes / MB).toFixed(1)} MB`;
}
