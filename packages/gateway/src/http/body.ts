import { isLosslessNumber, parse } from "lossless-json";
import { type Command, command } from "../commands/command.ts";
import { RequestProblem } from "./problem.ts";

/** Arguments as the client spelt them: 12345678901234567890 and 1.10 must not pass through a double. */
const argument = (value: unknown): string => {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return String(value);
    default:
      if (isLosslessNumber(value)) return value.toString();
      // The clients turn null into "null" themselves; undefined reaches us as a JSON null.
      if (value === null) return "null";
      throw new RequestProblem(
        400,
        "ERR failed to parse command: arguments are strings, numbers or booleans",
      );
  }
};

/** Reads JSON and keeps the spelling of numbers, at the cost of a slow reader only where there are numbers. */
const readJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return holdsNumber(value) ? parse(text) : value;
  } catch {
    throw new RequestProblem(400, "ERR failed to parse request body: it is not valid JSON");
  }
};

const holdsNumber = (value: unknown): boolean =>
  typeof value === "number" || (Array.isArray(value) && value.some(holdsNumber));

const readCommand = (value: unknown): Command => {
  if (!Array.isArray(value)) {
    throw new RequestProblem(400, "ERR failed to parse command: a command is a JSON array of strings");
  }
  if (value.length === 0) throw new RequestProblem(400, "ERR empty command");
  return command(value.map(argument));
};

/** One command from the body of `POST /`. */
export const commandFromBody = (body: Buffer): Command => readCommand(readJson(body.toString()));

/** The commands of `/pipeline` and `/multi-exec`. */
export const commandsFromBody = (body: Buffer): Command[] => {
  const rows = readJson(body.toString());
  if (!Array.isArray(rows)) {
    throw new RequestProblem(400, "ERR failed to parse request body: expected an array of commands");
  }
  return rows.map(readCommand);
};
