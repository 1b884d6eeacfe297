import type { NextConfig } from "next";

export default { transpilePackages: ["@holdfast-examples/shop"] } satisfies NextConfig;
