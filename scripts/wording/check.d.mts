export interface Finding {
  file: string;
  line: number;
  text: string;
  found: string;
  write: string;
}

export function findWords(file: string, text: string): Finding[];
export function checkWording(only?: string[]): { findings: Finding[]; pending: Finding[]; stale: string[] };
