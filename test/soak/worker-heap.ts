import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const PATIENCE_MS = 5000;
/** What wrangler calls the isolate of the worker that it was given. */
const OWN_ISOLATE = /^core:user:/;
const LISTENING = "0A";

/**
 * Finds the inspector of the worker's isolate. Undefined where the system does not tell which port that is (other
 * than Linux): resident memory then has to do. workerd complains about what it is asked at its other ports.
 */
export async function findInspector(workerdPid: number): Promise<string | undefined> {
  for (const port of listeningPorts(workerdPid)) {
    const url = await inspectorUrl(port);
    if (url !== undefined) return url;
  }
  return undefined;
}

/** The worker's heap after a collection, in bytes. Undefined when the inspector does not answer. */
export async function workerHeap(inspector: string): Promise<number | undefined> {
  return heapAfterCollection(inspector).catch(() => undefined);
}

function listeningPorts(pid: number): number[] {
  try {
    const sockets = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        return inode === undefined ? [] : [inode];
      }),
    );
    const table = readFileSync(`/proc/${pid}/net/tcp`, "utf8").split("\n").slice(1);
    return table.flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      if (state !== LISTENING || !sockets.has(inode)) return [];
      return [Number.parseInt(local.split(":")[1] ?? "", 16)];
    });
  } catch {
    // No such files here, or a descriptor that was closed meanwhile.
    return [];
  }
}

async function inspectorUrl(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const targets = (await response.json()) as { id: string; webSocketDebuggerUrl: string }[];
    return targets.find(({ id }) => OWN_ISOLATE.test(id))?.webSocketDebuggerUrl;
  } catch {
    // Another of its ports, which speaks another protocol.
    return undefined;
  }
}

async function heapAfterCollection(url: string): Promise<number> {
  const socket = new WebSocket(url);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const call = async (method: string): Promise<{ usedSize: number }> => {
    socket.send(JSON.stringify({ id: 1, method }));
    const [message] = (await once(socket, "message", { signal })) as [MessageEvent<string>];
    return JSON.parse(message.data).result;
  };
  try {
    await once(socket, "open", { signal });
    await call("HeapProfiler.collectGarbage");
    await call("HeapProfiler.collectGarbage");
    return (await call("Runtime.getHeapUsage")).usedSize;
  } finally {
    socket.close();
  }
}
