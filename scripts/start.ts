import { startGateway } from "@holdfast/gateway";
import { type Client, httpClient, sdkClient } from "./start/clients.ts";
import { runContest } from "./start/contest.ts";
import { aborted, Stopped, watchForEnd } from "./start/ending.ts";
import { nextSteps } from "./start/next-steps.ts";
import { readOptions, type StartOptions, USAGE } from "./start/options.ts";
import { HOST, takenPorts } from "./start/ports.ts";
import { faultsOf, GRANT_HEADER, grantLine, resultTable } from "./start/report.ts";
import { startWorker } from "./start/worker.ts";

// `npm start`: the whole service on this machine, and its job done before your eyes.

const TOKEN = "local-token";
const CLIENTS_EACH_WAY = 10;

process.exit(await main());

async function main(): Promise<number> {
  const ending = watchForEnd();
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options === "help") {
      print(USAGE);
      return 0;
    }
    const taken = await takenPorts(options);
    if (taken !== undefined) return fail(taken);
    return await start(options, ending);
  } catch (error) {
    // Whatever else went wrong on the way out, a signal in the middle of it was the cause.
    if (ending.aborted) return 130;
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** @returns the exit code. By then everything that was started has ended. */
async function start({ gatewayPort, workerPort, once }: StartOptions, ending: AbortSignal): Promise<number> {
  print("Starting the gateway and the worker …");
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway({ host: HOST, port: gatewayPort, tokens: TOKEN });
  stack.defer(() => gateway.close());
  ending.throwIfAborted();
  const worker = stack.use(
    await startWorker({ port: workerPort, gatewayUrl: gateway.url, token: TOKEN, signal: ending }),
  );
  const addresses = { gatewayUrl: gateway.url, workerUrl: worker.url, token: TOKEN };
  print(`
  gateway  ${gateway.url}  Upstash's REST protocol, on embedded Valkey
  worker   ${worker.url}  locks over HTTP, in workerd
           ${worker.url}/ and /docs: dashboard, API
  token    ${TOKEN.padEnd(gateway.url.length)}  both take it as the bearer token

${2 * CLIENTS_EACH_WAY} clients compete for one lock, ${CLIENTS_EACH_WAY} over HTTP and ${CLIENTS_EACH_WAY} with the SDK. Whoever has
it reads a counter that all share, works a while, and writes it back plus one.

${GRANT_HEADER}`);

  const clients: Client[] = [];
  for (let i = 1; i <= CLIENTS_EACH_WAY; i++)
    clients.push(
      httpClient(`http-${i}`, addresses.workerUrl, TOKEN),
      sdkClient(`sdk-${i}`, addresses.gatewayUrl, TOKEN),
    );
  const contest = runContest(clients, gateway.meter, ending, (grant) => print(grantLine(grant)));
  const result = await Promise.race([contest, worker.failure]);
  print(`\n${resultTable(result)}\n`);
  const faults = faultsOf(result);
  if (faults.length > 0) return fail(`This should not be: ${faults.join("; ")}.`);
  if (once) return 0;

  print(nextSteps(addresses));
  await Promise.race([aborted(ending), worker.failure]).catch((error) => {
    if (!(error instanceof Stopped)) throw error;
  });
  print("Stopping …");
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(message: string): number {
  process.stderr.write(`\n${message}\n`);
  return 1;
}
