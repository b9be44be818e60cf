// Parses each M expression of a JSON list on stdin; prints a list of messages, null where one is M.
import pq from "@microsoft/powerquery-parser";
import { readFileSync } from "node:fs";

const messages = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  const task = await pq.TaskUtils.tryLexParse(pq.DefaultSettings, text);
  messages.push(task.stage === "Parse" && task.resultKind === "Ok" ? null : String(task.error ?? task.stage));
}
console.log(JSON.stringify(messages));
