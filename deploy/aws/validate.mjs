// Checks a template with AWS's own validator, whose rules and schemas are in the package: node validate.mjs FILE [NAME=VALUE …]
// Parameters that are given stand for those of a real deployment. The exit code is 1 when anything is wrong.
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";

const parameterOverrides = Object.fromEntries(process.argv.slice(3).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const engine = new RegoEngine();
const template = new TemplateFile(process.argv[2]);
const report = engine.validateStandard(template, { severityLevel: "WARN", strict: true, parameterOverrides, pseudoParameterOverrides: { region: "us-east-1" } });
engine.free();
for (const d of report.diagnostics) {
  console.log(`${d.severity} ${d.ruleId} line ${d.startLine} ${d.entity?.logicalId ?? ""} ${d.propertyPath ?? ""}: ${d.message}`);
}
console.log(`${report.status}: ${report.diagnostics.length} findings by ${report.version}`);
process.exitCode = report.status === "OK" && report.diagnostics.length === 0 ? 0 : 1;
