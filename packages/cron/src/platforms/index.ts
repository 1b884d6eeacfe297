export { answerFor } from "./answer-for.ts";
export { carriesSecret } from "./carries-secret.ts";
