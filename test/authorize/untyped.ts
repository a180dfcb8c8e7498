/** Calls a function as JavaScript can, with arguments that its type forbids. */
export function untyped(call: (...args: never[]) => unknown, args: readonly unknown[]): unknown {
  const result: unknown = Reflect.apply(call, undefined, args);
  return result;
}
