import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type CommandLog, createCommandLog } from "./command-log.ts";
import { type Format, type LogRecord, recordLine } from "./record.ts";
import { journalMessage, syslogMessage } from "./system-messages.ts";

const at = Date.UTC(2026, 7, 2, 10, 0, 0, 123);
const record: LogRecord = {
  level: "error",
  message: 'a "b" <c>',
  timeMs: at,
  fields: { source: "qemu", container: "c1", absent: undefined },
};

describe("recordLine()", () => {
  it("writes JSON with sorted keys, safe inside HTML, time in seconds", () => {
    assert.equal(
      recordLine("json", record),
      '{"container":"c1","level":"error","msg":"a \\"b\\" \\u003cc\\u003e","source":"qemu","time":"2026-08-02T10:00:00Z"}\n',
    );
  });
  it("writes text as logrus does, quoting only what needs it", () => {
    assert.equal(recordLine("text", record), 'time="2026-08-02T10:00:00Z" level=error msg="a \\"b\\" <c>" container=c1 source=qemu\n');
    assert.match(recordLine("text", { ...record, message: "word" }), / msg=word /);
  });
  it("is one line whatever is in it, and JSON reads back what was written", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (message, container) => {
        for (const format of ["text", "json"] as const) {
          const line = recordLine(format, { ...record, message, fields: { container } });
          assert.equal(line.indexOf("\n"), line.length - 1);
          if (format === "json") {
            const read = JSON.parse(line) as Record<string, unknown>;
            assert.deepEqual([read["msg"], read["container"]], [message, container]);
          }
        }
      }),
    );
  });
});

describe("messages for the system's log", () => {
  it("give journald the record as text and the fields by name", () => {
    assert.equal(
      journalMessage(record),
      'PRIORITY=3\nSYSLOG_IDENTIFIER=kata\nMESSAGE=time="2026-08-02T10:00:00.123Z" level=error msg="a \\"b\\" <c>" container=c1 source=qemu\nKATA_SOURCE=qemu\nKATA_CONTAINER=c1\n',
    );
  });
  it("cannot be made to carry another field by a line end", () => {
    const message = journalMessage({ ...record, message: "x\nPRIORITY=7", fields: { container: "c\nPRIORITY=7" } });
    assert.equal(message.split("\n").filter((line) => line.startsWith("PRIORITY=")).length, 1);
  });
  it("are cut before a socket refuses them", () => {
    assert.ok(journalMessage({ ...record, message: "x".repeat(1_000_000) }).length < 100_000);
  });
  it("give syslog facility daemon and the severity", () => {
    assert.match(syslogMessage({ ...record, level: "info" }, 7), /^<30>kata\[7\]: time=/);
  });
});

interface Heard {
  file: string;
  standardError: string;
  readonly system: LogRecord[];
}

function log(options: { format?: Format; debug?: boolean; file?: boolean }): { heard: Heard; log: CommandLog } {
  const heard: Heard = { file: "", standardError: "", system: [] };
  const file = (text: string): void => {
    heard.file += text;
  };
  const made = createCommandLog({
    format: options.format ?? "text",
    debug: options.debug ?? false,
    fields: { command: "create", container: "c1" },
    outlets: {
      file: options.file === false ? undefined : file,
      standardError: (text) => {
        heard.standardError += text;
      },
      system: (of) => {
        heard.system.push(of);
      },
    },
    now: () => at,
  });
  return { heard, log: made };
}

describe("createCommandLog()", () => {
  it("writes exactly one object to the file, and the bare message to standard error", () => {
    const { heard, log: command } = log({ format: "json" });
    command.logger.warning("odd");
    command.logger.error("first seen");
    command.fail("create failed: no", { source: "qemu" });
    assert.deepEqual(JSON.parse(heard.file), {
      command: "create",
      container: "c1",
      level: "error",
      msg: "create failed: no",
      source: "qemu",
      time: "2026-08-02T10:00:00Z",
    });
    assert.equal(heard.standardError, "create failed: no\n");
  });
  it("writes the one record to standard error when there is no file", () => {
    const { heard, log: command } = log({ file: false });
    command.logger.info("quiet");
    command.fail("no");
    assert.equal(heard.standardError, 'time="2026-08-02T10:00:00Z" level=error msg=no command=create container=c1 source=runtime\n');
  });
  it("leaves warnings in the file once the command has not failed, and never says them on standard error", () => {
    const { heard, log: command } = log({});
    command.logger.info("quiet");
    command.logger.warning("odd");
    assert.deepEqual([heard.file, heard.standardError], ["", ""]);
    command.succeed();
    assert.match(heard.file, /^time="[^"]+" level=warning msg=odd [^\n]*\n$/);
    const { heard: fileless, log: other } = log({ file: false });
    other.logger.warning("odd");
    other.succeed();
    assert.equal(fileless.standardError, heard.standardError);
  });
  it("tells the system's log version and commit once, and everything from info on", () => {
    const { heard, log: command } = log({});
    command.logger.debug("detail");
    command.logger.with({ source: "network" }).warning("odd");
    assert.deepEqual(
      heard.system.map((of) => [of.level, of.message, of.fields["source"], "version" in of.fields && "commit" in of.fields]),
      [
        ["info", "command begins", "runtime", true],
        ["warning", "odd", "network", false],
      ],
    );
  });
  it("writes everything to the file with --debug", () => {
    const { heard, log: command } = log({ debug: true });
    command.logger.debug("detail");
    assert.equal(heard.file.split("\n").length, 3);
    assert.match(heard.file, /level=info msg="command begins".* version=/);
    assert.match(heard.file, /level=debug msg=detail/);
    assert.equal(heard.standardError, "");
  });
});
