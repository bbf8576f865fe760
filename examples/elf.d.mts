export function elf(contents: {
  interpreter?: string;
  needed?: string[];
  soname?: string;
  strings?: string[];
}): Buffer;
