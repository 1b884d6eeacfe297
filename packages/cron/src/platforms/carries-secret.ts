/**
 * Whether a request carries `Authorization: Bearer` with this secret, as Vercel sends its `CRON_SECRET`. It takes as long for
 * any wrong one. Without a secret nobody is let in.
 *
 * @param secret - At least 16 characters are wise.
 * @example
 * ```ts
 * if (!(await carriesSecret(request, process.env.CRON_SECRET))) return new Response("unauthorized", { status: 401 });
 * ```
 */
export async function carriesSecret(request: Request, secret: string | undefined): Promise<boolean> {
  const given = /^bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  // A variable that is not set would otherwise be a secret that everybody knows.
  if (!secret || given === undefined) return false;
  // Digests: of equal length, and where two of them differ says nothing about the secret.
  const [mine, theirs] = await Promise.all([digest(secret), digest(given)]);
  return mine.reduce((different, byte, i) => different | (byte ^ (theirs[i] ?? 0)), 0) === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
