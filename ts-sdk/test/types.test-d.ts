import { expectTypeOf, test } from "vitest";
import {
  DebugSession,
  type DebugSessionOptions,
  type Diagnostic,
  type RenderedVariant,
  type ScriptResult,
  SidewinderError,
  SolveError,
  Stage0Recipe,
  VariantConfig,
  type VariantValue,
} from "../src/index.js";

test("a variant is what the contract says", () => {
  expectTypeOf<RenderedVariant["noarch"]>().toEqualTypeOf<"python" | "generic" | null>();
  expectTypeOf<RenderedVariant["recipePath"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<RenderedVariant["needs"]>().toEqualTypeOf<string[]>();
  expectTypeOf<RenderedVariant["variant"]>().toEqualTypeOf<Record<string, VariantValue>>();
  expectTypeOf<VariantValue>().toEqualTypeOf<string | number | boolean>();
  expectTypeOf<Diagnostic["severity"]>().toEqualTypeOf<"error" | "warning">();
});

test("calls take and give what the contract says", () => {
  expectTypeOf(Stage0Recipe.fromYaml).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(Stage0Recipe.fromFile).returns.resolves.toEqualTypeOf<Stage0Recipe>();
  expectTypeOf<Stage0Recipe["render"]>().returns.toEqualTypeOf<RenderedVariant[]>();
  expectTypeOf<Stage0Recipe["kind"]>().toEqualTypeOf<"single" | "multi">();
  expectTypeOf(VariantConfig.fromFiles).returns.resolves.toEqualTypeOf<VariantConfig>();
  expectTypeOf(DebugSession.create).parameter(0).toEqualTypeOf<RenderedVariant>();
  expectTypeOf<DebugSession["runScript"]>().returns.resolves.toEqualTypeOf<ScriptResult>();
  expectTypeOf<DebugSession["exec"]>().parameter(0).toEqualTypeOf<string | string[]>();
  expectTypeOf<DebugSession>().toExtend<AsyncDisposable>();
});

test("all options may be left out", () => {
  expectTypeOf<object>().toExtend<DebugSessionOptions>();
  // @ts-expect-error: there is no such option
  const wrong: DebugSessionOptions = { chanels: [] };
  expectTypeOf(wrong).toExtend<DebugSessionOptions>();
});

test("the guard narrows to the class that was asked", () => {
  const error: unknown = undefined;
  if (SolveError.is(error)) {
    expectTypeOf(error).toEqualTypeOf<SolveError>();
    expectTypeOf(error.environment).toEqualTypeOf<"build" | "host">();
  } else if (SidewinderError.is(error)) {
    expectTypeOf(error.code).toEqualTypeOf<string>();
  }
});
