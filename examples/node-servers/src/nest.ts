import "reflect-metadata";
import { answerTo, pay } from "@holdfast-examples/shop";
import { Controller, Inject, Module, type OnApplicationShutdown, Param, Post, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { Response as Reply } from "express";
import { type Connected, connect } from "./locks.ts";

const CONNECTED = Symbol("locks");

@Controller("invoices")
class InvoicesController {
  @Inject(CONNECTED) readonly shop!: Connected;

  @Post(":id/pay")
  async pay(@Param("id") id: string, @Res() reply: Reply): Promise<void> {
    const { locks, guard, paymentsUrl } = this.shop;
    const gone = new AbortController();
    reply.once("close", () => gone.abort());
    const answer = await locks
      .request(`invoice:${id}`, { ttlMs: 15_000, waitMs: 5000, signal: gone.signal }, (lease) =>
        pay(id, lease, guard, paymentsUrl),
      )
      .catch(answerTo);
    reply
      .status(answer.status)
      .set(Object.fromEntries(answer.headers))
      .send(await answer.text());
  }
}

@Module({
  controllers: [InvoicesController],
  providers: [{ provide: CONNECTED, useFactory: () => connect() }],
})
class AppModule implements OnApplicationShutdown {
  @Inject(CONNECTED) readonly shop!: Connected;

  onApplicationShutdown(): Promise<void> {
    return this.shop.close();
  }
}

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
