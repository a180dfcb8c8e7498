/** Who asks. A real service takes this from its session; the example takes a name from a header. */
export interface Viewer {
  readonly name: string;
  /** Owners of the deployment see everything. */
  readonly isOwner: boolean;
  /** The ids of the organizations that the viewer audits. */
  readonly audits: readonly string[];
}
