import {
  type Attributes,
  type Context,
  type Meter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { RequestEvent, ServiceEvent } from "../history/event.ts";

/** Where a service's events go. Both are optional: what is missing is not told. */
export interface OpenTelemetryOptions {
  readonly meter?: Meter;
  readonly tracer?: Tracer;
}

/** The conventions ask for these, in seconds (OpenTelemetry semantic conventions, HTTP). */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25];
const HOLD_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

/**
 * Makes of a service's events what the OpenTelemetry conventions for HTTP servers ask for (`http.server.request.duration`, and a
 * span of kind server for each request, under the caller's `traceparent`), and metrics of the locks: `holdfast.lock.events`,
 * `holdfast.lock.wait.duration`, `holdfast.lock.hold.duration`, `holdfast.trouble`. Lock names are in spans, and not in metrics,
 * which would have a series for each.
 *
 * @returns What to give as `onEvent`. It calls the SDK at once, which batches; on Workers let it flush in `waitUntil`.
 * @example
 * lockService({ redis, operatorKey, onEvent: openTelemetry({ meter: metrics.getMeter("locks"), tracer: trace.getTracer("locks") }) });
 */
export function openTelemetry({ meter, tracer }: OpenTelemetryOptions): (event: ServiceEvent) => void {
  const measure = meter && measuring(meter);
  return (event) => {
    measure?.(event);
    if (tracer && event.type === "request") span(tracer, event);
  };
}

function measuring(meter: Meter): (event: ServiceEvent) => void {
  const seconds = (name: string, description: string, bounds: number[]) =>
    meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries: bounds } });
  const requests = seconds("http.server.request.duration", "Duration of HTTP server requests.", SECONDS);
  const waits = seconds("holdfast.lock.wait.duration", "How long locks were waited for.", SECONDS);
  const holds = seconds("holdfast.lock.hold.duration", "How long leases were held.", HOLD_SECONDS);
  const events = meter.createCounter("holdfast.lock.events", {
    unit: "{event}",
    description: "What happened to locks.",
  });
  const troubles = meter.createCounter("holdfast.trouble", {
    unit: "{failure}",
    description: "What the database failed to do.",
  });
  return (event) => {
    if (event.type === "request") requests.record(event.durationMs / 1000, ofRequest(event));
    else if (event.type === "trouble") troubles.add(1, { "holdfast.during": event.during });
    else if (event.type === "lock") {
      const { type, kind = "mutex", waitedMs, heldMs } = event.event;
      const attributes = { "holdfast.event": type, "holdfast.kind": kind, ...ofTenant(event) };
      events.add(1, attributes);
      if (heldMs !== undefined) holds.record(heldMs / 1000, attributes);
      else if (waitedMs !== undefined) waits.record(waitedMs / 1000, attributes);
    }
  };
}

/** The request is over when it is told of, so its span is made with both its ends. */
function span(tracer: Tracer, event: RequestEvent): void {
  const { at, durationMs, method, route, status, name, principal } = event;
  const made = tracer.startSpan(
    `${method} ${route}`,
    {
      kind: SpanKind.SERVER,
      startTime: at - durationMs,
      attributes: {
        ...ofRequest(event),
        ...(name !== undefined && { "holdfast.lock.name": name }),
        ...(principal !== undefined && { "enduser.id": principal }),
      },
    },
    parentOf(event),
  );
  if (status >= 500) made.setStatus({ code: SpanStatusCode.ERROR });
  made.end(at);
}

function ofRequest(event: RequestEvent): Attributes {
  const { method, route, scheme, status, code } = event;
  return {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
    "url.scheme": scheme,
    ...(status >= 500 && { "error.type": code ?? String(status) }),
    ...ofTenant(event),
  };
}

function ofTenant({ tenant }: { readonly tenant?: string | undefined }): Attributes {
  return tenant === undefined ? {} : { "holdfast.tenant": tenant };
}

function parentOf({ traceparent }: RequestEvent): Context {
  const [, traceId, spanId, flags] = traceparent?.split("-") ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
