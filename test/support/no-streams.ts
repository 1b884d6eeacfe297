/** A fetch to a store that cannot stream: whoever waits has to ask. */
export const noStreams: typeof fetch = async (input, init) =>
  new URL(String(input)).pathname.startsWith("/subscribe/")
    ? new Response('{"error":"ERR not supported"}', { status: 400 })
    : fetch(input, init);
