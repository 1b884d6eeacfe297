/**
 * What a browser may do on behalf of the pages: run this site's own scripts and talk to this site, nothing else. Names and
 * metadata of locks are written by strangers; should one of them ever become markup, it still runs nothing and calls nobody.
 * Swagger UI draws its arrows from data: URLs.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Sent with each of the pages. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

/** Sent with scripts, styles and pictures. Their names change with what is in them. */
export const ASSET_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  "cache-control": "public, max-age=31536000, immutable",
};
