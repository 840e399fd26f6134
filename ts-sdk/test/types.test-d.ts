import { expectTypeOf, test } from "vitest";
import type { AgentTool, sessionTools, ToolOptions } from "../src/agent/index.js";
import {
  ChannelError,
  ChecksumError,
  type DebugPaths,
  DebugSession,
  type DebugSessionOptions,
  type Diagnostic,
  type EnvironmentChange,
  type EnvironmentLock,
  type ErrorCode,
  type Finding,
  InstallError,
  type InstalledPackage,
  type Limits,
  NativeAddonError,
  type Patch,
  PatchError,
  type PatchOptions,
  type ProgressEvent,
  RecipeParseError,
  RecipeRenderError,
  type RenderConfig,
  type RenderedVariant,
  type RunOptions,
  type SandboxRules,
  type ScriptResult,
  type ScriptRun,
  SessionBusyError,
  SessionClosedError,
  SidewinderError,
  SolveError,
  SourceError,
  Stage0Recipe,
  type SyncOptions,
  type SyncResult,
  VariantConfig,
  VariantError,
  type VariantValue,
  type WaitOptions,
} from "../src/index.js";
import type * as recipeHalf from "../src/recipe/index.js";

test("a variant is what the contract says", () => {
  expectTypeOf<RenderedVariant["noarch"]>().toEqualTypeOf<"python" | "generic" | null>();
  expectTypeOf<RenderedVariant["recipePath"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<RenderedVariant["needs"]>().toEqualTypeOf<string[]>();
  // A pin on the output itself is made before its build string is known.
  expectTypeOf<RenderedVariant["pinSubpackages"][string]>().toEqualTypeOf<{
    name: string;
    version: string;
    buildString: string | null;
    exact: boolean;
  }>();
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
  // @ts-expect-error: unknown option
  const wrong: DebugSessionOptions = { chanels: [] };
  expectTypeOf(wrong).toExtend<DebugSessionOptions>();
});

test("the guard narrows to the class that was asked", () => {
  const error: unknown = undefined;
  if (SolveError.is(error)) {
    expectTypeOf(error).toEqualTypeOf<SolveError>();
    expectTypeOf(error.environment).toEqualTypeOf<"build" | "host">();
  } else if (SidewinderError.is(error)) {
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  }
});

test("every option has the type that is documented, and null is none of them", () => {
  expectTypeOf<Required<DebugSessionOptions>>().toEqualTypeOf<{
    channels: string[];
    channelPriority: "strict" | "flexible" | "disabled";
    outputDir: string;
    cacheDir: string;
    noBuildId: boolean;
    lock: EnvironmentLock;
    offline: boolean;
    excludeNewer: Date;
    mirrors: Record<string, string[]>;
    auth: { file?: string };
    isolation: "strict" | "none";
    passEnv: string[];
    network: boolean;
    packages: "shared" | "private";
    limits: Limits;
    sandbox: boolean | SandboxRules;
    staging: "build" | "debug";
    attestation: "refuse" | "skip";
    archiveEntries: "skip" | "refuse";
    onProgress: (event: ProgressEvent) => void;
    signal: AbortSignal;
  }>();
  expectTypeOf<Required<RunOptions>>().toEqualTypeOf<{
    trace: boolean;
    timeoutMs: number;
    signal: AbortSignal;
    env: Record<string, string>;
    stdin: string | AsyncIterable<string | Uint8Array>;
    keepRunning: boolean;
    limits: Limits;
    onStdout: (text: string) => void;
    onStderr: (text: string) => void;
    maxOutputBytes: number;
  }>();
  expectTypeOf<Required<PatchOptions>>().toEqualTypeOf<{
    name: string;
    outputDir: string;
    overwrite: boolean;
    include: string[];
    exclude: string[];
    add: string[];
    since: string;
    onTopOf: string[];
    dryRun: boolean;
    updateRecipe: boolean;
    signal: AbortSignal;
    onProgress: (event: ProgressEvent) => void;
  }>();
  expectTypeOf<Required<RenderConfig>>().toMatchObjectType<{
    targetPlatform: string;
    hostPlatform: string;
    buildPlatform: string;
    experimental: boolean;
    repodataRevision: "legacy" | "v3";
    extraContext: Record<string, unknown>;
    env: Record<string, string>;
    files: Record<string, string>;
    buildNumberOverride: number;
    buildStringPrefix: string;
  }>();
  expectTypeOf<object>().toExtend<RunOptions & PatchOptions & RenderConfig>();
});

test("what comes back has the fields that are documented", () => {
  expectTypeOf<RenderedVariant>().toMatchObjectType<{
    name: string;
    version: string;
    buildString: string;
    buildNumber: number;
    hash: string;
    subdir: string;
    targetPlatform: string;
    hostPlatform: string;
    buildPlatform: string;
    skip: boolean;
  }>();
  expectTypeOf<ScriptResult>().toMatchObjectType<{
    exitCode: number;
    signal: string | null;
    success: boolean;
    timedOut: boolean;
    stdout: string;
    stderr: string;
    omitted: { stdout: number; stderr: number };
    logPath: string;
    logError: string | null;
    durationMs: number;
    diagnosis: Finding[];
  }>();
  expectTypeOf<Finding["suggestions"]>().toEqualTypeOf<{ spec: string; environment: "host" | "build" }[]>();
  expectTypeOf<Finding["evidence"]>().toEqualTypeOf<{
    stream: "stdout" | "stderr";
    line: number;
    text: string;
    ranges: { stream: "stdout" | "stderr"; first: number; last: number }[];
  }>();
  expectTypeOf<Finding["role"]>().toEqualTypeOf<"cause" | "consequence" | "hint">();
  expectTypeOf<Finding["fixes"][number]["kind"]>().toEqualTypeOf<
    "recipe" | "script" | "source" | "environment-variable" | "command"
  >();
  expectTypeOf<Finding["subject"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<DebugPaths>().toEqualTypeOf<
    Record<
      | "workDir"
      | "hostPrefix"
      | "buildPrefix"
      | "buildScript"
      | "buildEnvScript"
      | "buildDir"
      | "outputDir"
      | "recipeDir",
      string
    >
  >();
  expectTypeOf<InstalledPackage>().toEqualTypeOf<{
    name: string;
    version: string;
    build: string;
    channel: string;
    subdir: string;
    requested: boolean;
  }>();
  expectTypeOf<EnvironmentChange>().toEqualTypeOf<{
    added: InstalledPackage[];
    removed: InstalledPackage[];
    changed: { from: InstalledPackage; to: InstalledPackage }[];
  }>();
  expectTypeOf<Patch["path"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Patch["files"]>().toEqualTypeOf<
    { path: string; change: "modified" | "added" | "deleted" }[]
  >();
  type Of<Kind> = Extract<ProgressEvent, { kind: Kind }>;
  expectTypeOf<ProgressEvent["kind"]>().toEqualTypeOf<"phase" | "transfer" | "package" | "log">();
  expectTypeOf<Of<"phase">["phase"]>().toEqualTypeOf<
    "sources" | "repodata" | "solve" | "download" | "link" | "script" | "package" | "test"
  >();
  expectTypeOf<Of<"transfer">>().toEqualTypeOf<{
    kind: "transfer";
    name: string;
    bytes: number;
    total?: number;
  }>();
});

test("a session has all its calls", () => {
  expectTypeOf<DebugSession["readBuildScript"]>().toEqualTypeOf<(options?: WaitOptions) => Promise<string>>();
  expectTypeOf<DebugSession["writeBuildScript"]>().toEqualTypeOf<
    (text: string, options?: WaitOptions) => Promise<void>
  >();
  expectTypeOf<DebugSession["refreshScripts"]>().toEqualTypeOf<
    (variant?: RenderedVariant, options?: WaitOptions) => Promise<void>
  >();
  expectTypeOf<DebugSession["sync"]>().toEqualTypeOf<
    (variant: RenderedVariant, options?: SyncOptions) => Promise<SyncResult>
  >();
  expectTypeOf<DebugSession["lock"]>().returns.resolves.toEqualTypeOf<EnvironmentLock>();
  expectTypeOf<DebugSession["removePackages"]>().returns.resolves.toEqualTypeOf<EnvironmentChange>();
  expectTypeOf<DebugSession["streamScript"]>().toEqualTypeOf<(options?: RunOptions) => ScriptRun>();
  expectTypeOf<DebugSession["addPackages"]>().returns.resolves.toEqualTypeOf<EnvironmentChange>();
  expectTypeOf<DebugSession["packages"]>().toEqualTypeOf<
    (environment: "host" | "build", options?: WaitOptions) => Promise<InstalledPackage[]>
  >();
  expectTypeOf<DebugSession["createPatch"]>().toEqualTypeOf<(options?: PatchOptions) => Promise<Patch>>();
  expectTypeOf<DebugSession["checkpoint"]>().toExtend<(name: string) => Promise<void>>();
  expectTypeOf<DebugSession["restore"]>().toExtend<(name: string) => Promise<void>>();
  expectTypeOf<DebugSession["fork"]>().toExtend<() => Promise<DebugSession>>();
  expectTypeOf<DebugSession["close"]>().toEqualTypeOf<
    (options?: { keep?: boolean; remove?: boolean; signal?: AbortSignal }) => Promise<void>
  >();
  expectTypeOf<DebugSession["paths"]>().toEqualTypeOf<DebugPaths>();
  expectTypeOf<DebugSession["setupLog"]>().toEqualTypeOf<string[]>();
  expectTypeOf<ScriptRun>().toExtend<AsyncIterable<{ stream: "stdout" | "stderr"; text: string }>>();
  expectTypeOf<ScriptRun["result"]>().toEqualTypeOf<Promise<ScriptResult>>();
  expectTypeOf<ScriptRun["kill"]>().toEqualTypeOf<() => void>();
  expectTypeOf<typeof sessionTools>().toEqualTypeOf<
    (session: DebugSession, options?: ToolOptions) => AgentTool[]
  >();
  expectTypeOf<AgentTool>().toExtend<{
    name: string;
    description: string;
    inputSchema: object;
    execute(input: unknown): Promise<unknown>;
  }>();
});

test("every class of errors has its data and its own guard", () => {
  expectTypeOf<RecipeParseError["diagnostics"]>().toEqualTypeOf<Diagnostic[]>();
  expectTypeOf<RecipeRenderError["diagnostics"]>().toEqualTypeOf<Diagnostic[]>();
  expectTypeOf<VariantError["diagnostics"]>().toEqualTypeOf<Diagnostic[]>();
  expectTypeOf<ChannelError["channel"]>().toEqualTypeOf<string>();
  expectTypeOf<SolveError["explanation"]>().toEqualTypeOf<string>();
  expectTypeOf<SourceError["url"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ChecksumError>().toExtend<SourceError & { expected: string; actual: string }>();
  expectTypeOf<PatchError["patch"]>().toEqualTypeOf<string>();
  expectTypeOf<InstallError["package"]>().toEqualTypeOf<string | undefined>();
  const error: unknown = undefined;
  if (RecipeParseError.is(error)) expectTypeOf(error).toEqualTypeOf<RecipeParseError>();
  if (RecipeRenderError.is(error)) expectTypeOf(error).toEqualTypeOf<RecipeRenderError>();
  if (VariantError.is(error)) expectTypeOf(error).toEqualTypeOf<VariantError>();
  if (ChannelError.is(error)) expectTypeOf(error).toEqualTypeOf<ChannelError>();
  if (SourceError.is(error)) expectTypeOf(error).toEqualTypeOf<SourceError>();
  if (ChecksumError.is(error)) expectTypeOf(error).toEqualTypeOf<ChecksumError>();
  if (PatchError.is(error)) expectTypeOf(error).toEqualTypeOf<PatchError>();
  if (InstallError.is(error)) expectTypeOf(error).toEqualTypeOf<InstallError>();
  if (SessionClosedError.is(error)) expectTypeOf(error).toEqualTypeOf<SessionClosedError>();
  if (SessionBusyError.is(error)) expectTypeOf(error).toEqualTypeOf<SessionBusyError>();
  if (NativeAddonError.is(error)) expectTypeOf(error).toEqualTypeOf<NativeAddonError>();
});

test("the recipe half alone has the same recipes", () => {
  expectTypeOf<recipeHalf.Stage0Recipe>().toEqualTypeOf<Stage0Recipe>();
  expectTypeOf<recipeHalf.VariantConfig>().toEqualTypeOf<VariantConfig>();
  expectTypeOf<recipeHalf.RenderedVariant>().toEqualTypeOf<RenderedVariant>();
});
