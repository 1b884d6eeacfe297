/** What the first server that works gives, tried one after the other from any of them on. Rejects as the last one does. */
export async function anyOf<Server, T>(
  servers: readonly Server[],
  attempt: (server: Server) => Promise<T>,
): Promise<T> {
  const from = Math.floor(Math.random() * servers.length);
  let failure: unknown = new Error("there is no server");
  for (let i = 0; i < servers.length; i++)
    try {
      return await attempt(servers[(from + i) % servers.length] as Server);
    } catch (error) {
      failure = error;
    }
  throw failure;
}
