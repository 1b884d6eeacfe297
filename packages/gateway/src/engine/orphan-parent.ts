import { startTestGateway, untilBusy } from "../test-client.ts";

/** Only for a test: a process with a gateway whose engine is busy for ever, to be killed. */
const gateway = await startTestGateway();
void gateway.post("/", ["EVAL", "while true do end", "0"]).catch(() => {});
await untilBusy(gateway);
process.send?.("busy");
