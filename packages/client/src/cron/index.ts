export { cronCommands } from "./cron-commands.ts";
