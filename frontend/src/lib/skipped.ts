// Why a file has no definitions, in words.
import type { SkipReason } from '../generated/operations';

export const skipped: Record<SkipReason, string> = {
  NO_LANGUAGE: 'Its language is not parsed here, so no definitions are known.',
  TOO_LARGE: 'It is larger than this server parses, so no definitions are known.',
  BINARY: 'This file is binary: there is no text to show.',
  NOT_A_FILE: 'This is a symbolic link or a submodule; its text is where it leads.',
  MINIFIED: 'A program shortened it to lines that no person reads, so it was not parsed.',
  PATH_TOO_LONG: 'Its path is longer than 1,024 bytes, so it was not parsed.',
  DEADLINE: 'Parsing it took longer than the server allows, so no definitions are known.',
  PARSER_CRASHED: 'The parser died of it, so no definitions are known.',
  UNREADABLE: 'Its content could not be read when the map was made.',
};

/** The most that the server gives of one file. */
export const mostBytes = 1_048_576;
