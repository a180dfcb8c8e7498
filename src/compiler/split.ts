/** Source file → annotated queries. */
import type { SourceFile } from '../sql/source.js';
import type { Command } from './command.js';

/** One annotated statement of a query file. Offsets are the file's. */
export interface AnnotatedQuery {
  readonly file: SourceFile;
  readonly name: string;
  readonly command: Command;
  /** The annotation's line, from 1. */
  readonly line: number;
  /** Where the annotation begins (column 0 of its line), and its end, before the line break. */
  readonly annotationStart: number;
  readonly annotationEnd: number;
  /** Where the statement ends: before its semicolon and the white space and comments around it. */
  readonly end: number;
  /** The comment lines that document the query, without their marks. */
  readonly documentation: readonly string[];
}
