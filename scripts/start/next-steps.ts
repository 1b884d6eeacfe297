/** Where what was started can be reached. */
export interface Addresses {
  readonly gatewayUrl: string;
  readonly workerUrl: string;
  readonly token: string;
}

/**
 * What to try in another terminal, to be pasted as it is. So nothing is indented (a here-document must end at the
 * start of a line), and the snippet is JavaScript for Node 20, which may be the machine's own.
 */
export function nextSteps(addresses: Addresses): string {
  return `Try it from another terminal. Take a lock over HTTP, look at it, and take it
again while it is held, which answers 409:

${curlLines(addresses).join("\n")}

The same lock from code. In this folder, so that the import is found:

${sdkCommand(addresses)}

Ctrl-C ends all of it.
`;
}

function curlLines({ workerUrl, token }: Addresses): string[] {
  const curl = `curl -sw '\\n' ${workerUrl}/v1/locks/demo`;
  const key = `-H 'Authorization: Bearer ${token}'`;
  const json = "-H 'Content-Type: application/json'";
  return [
    `${curl}/acquire -d '{"ttlMs":60000}' \\\n  ${key} ${json}`,
    `${curl} \\\n  ${key}`,
    `${curl}/acquire -d '{"waitMs":0}' \\\n  ${key} ${json}`,
  ];
}

function sdkCommand({ gatewayUrl, token }: Addresses): string {
  return `node --input-type=module <<'END'
import { createLocks, restStore } from "@holdfast/core";

const store = restStore({ url: "${gatewayUrl}", token: "${token}" });
const [ours, theirs] = [createLocks({ store }), createLocks({ store })];
await ours.request("invoice:42", async (lease) => {
  console.log("ours, with fence", lease.fence);
  console.log("theirs meanwhile:", await theirs.tryAcquire("invoice:42"));
});
const fence = await theirs.request("invoice:42", (lease) => lease.fence);
console.log("theirs afterwards, with fence", fence);
END`;
}
