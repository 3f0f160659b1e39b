/** What `keyturn … --json` printed; undefined if it was no JSON. */
type Document = object | undefined;
export declare function annotations(document: Document, code: number): string[];
export declare function summary(document: Document, code: number): string;
export declare function outputs(document: Document, code: number, report: string): string[];
