import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import type { RequestEvent } from "../history/event.ts";
import { openTelemetry } from "./index.ts";

const request: RequestEvent = {
  type: "request",
  scheme: "https",
  at: 1_795_256_582_079,
  method: "POST",
  route: "/v1/locks/{name}/acquire",
  status: 200,
  durationMs: 1500,
  name: "invoice:42",
  principal: "4kTq8sYc1LzR",
  tenant: "acme",
};

test("each request is a server span under the caller's trace, with the attributes of the HTTP conventions", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const onEvent = openTelemetry({ tracer: provider.getTracer("test") });
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  onEvent({ ...request, traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  onEvent({ ...request, status: 503, code: "unavailable" });
  onEvent({ type: "lock", at: 0, event: { type: "queued", at: 0, name: "a", actor: "x" } });

  const [traced, failed, ...rest] = exporter.getFinishedSpans();
  expect(rest).toEqual([]);
  expect(traced).toMatchObject({
    name: "POST /v1/locks/{name}/acquire",
    kind: SpanKind.SERVER,
    startTime: [1_795_256_580, 579_000_000],
    endTime: [1_795_256_582, 79_000_000],
    attributes: {
      "http.request.method": "POST",
      "url.scheme": "https",
      "http.route": "/v1/locks/{name}/acquire",
      "http.response.status_code": 200,
      "holdfast.lock.name": "invoice:42",
      "holdfast.tenant": "acme",
      "enduser.id": "4kTq8sYc1LzR",
    },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(traced?.spanContext().traceId).toBe(traceId);
  expect(traced?.parentSpanContext).toMatchObject({ spanId: "00f067aa0ba902b7", isRemote: true });
  expect(failed).toMatchObject({
    attributes: { "error.type": "unavailable" },
    status: { code: SpanStatusCode.ERROR },
  });
  expect(failed?.spanContext().traceId).not.toBe(traceId);
});

test("durations and counts go to metrics, in seconds, and lock names do not", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const onEvent = openTelemetry({ meter: provider.getMeter("test") });
  onEvent(request);
  const lock = { at: 0, name: "invoice:42", actor: "x" };
  onEvent({ type: "lock", at: 0, event: { ...lock, type: "acquired", waitedMs: 40 } });
  onEvent({ type: "lock", at: 0, event: { ...lock, type: "released", heldMs: 2500, kind: "semaphore" } });
  onEvent({ type: "trouble", at: 0, during: "recording" });
  await reader.forceFlush();
  await provider.shutdown();

  const metrics = exporter
    .getMetrics()
    .flatMap((resource) => resource.scopeMetrics.flatMap((scope) => scope.metrics));
  const told = Object.fromEntries(
    metrics.map(({ descriptor: { name, unit }, dataPoints }) => [
      `${name} ${unit}`,
      dataPoints.map(({ value }) => (typeof value === "number" ? value : (value as { sum?: number }).sum)),
    ]),
  );
  expect(told).toEqual({
    "http.server.request.duration s": [1.5],
    "holdfast.lock.wait.duration s": [0.04],
    "holdfast.lock.hold.duration s": [2.5],
    "holdfast.lock.events {event}": [1, 1],
    "holdfast.trouble {failure}": [1],
  });
  expect(JSON.stringify(metrics)).not.toContain("invoice:42");
});
