import { startGateway } from "@holdfast/gateway";
import type { TestProject } from "vitest/node";
import { ADMIN_TOKEN, STORE_TOKEN } from "./credentials.ts";

declare module "vitest" {
  interface ProvidedContext {
    gatewayUrl: string;
    faultyGatewayUrl: string;
  }
}

/** Runs on Node, once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const options = { port: 0, tokens: STORE_TOKEN };
  const gateway = await startGateway(options);
  const faulty = await startGateway({ ...options, adminToken: ADMIN_TOKEN, faults: true });
  project.provide("gatewayUrl", gateway.url);
  project.provide("faultyGatewayUrl", faulty.url);
  return async () => {
    await Promise.all([gateway.close(), faulty.close()]);
  };
}
