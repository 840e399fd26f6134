import { expect, test } from "vitest";
import { canonicalJson, parseKeepingFloats } from "../../benches/canonical-json.mjs";

test("keys are sorted, floats stay floats, texts stay texts", () => {
  const text = '{"b": 1.0, "a": [1, 2.50, 1e3, -3], "c": "1.0 \\"2.0\\"", "10": null, "9": true}';
  expect(canonicalJson(parseKeepingFloats(text))).toBe(
    '{"10":null,"9":true,"a":[1,2.50,1e3,-3],"b":1.0,"c":"1.0 \\"2.0\\""}',
  );
});
