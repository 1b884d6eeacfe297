import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/express.ts", "src/fastify.ts", "src/nest.ts"],
  format: "esm",
  platform: "node",
  target: "node20",
  deps: { alwaysBundle: [/^@holdfast-examples\//] },
  dts: false,
  clean: true,
});
