// What comments, texts and keywords look like, by family of languages. Expressions have no groups that
// capture and no repetition within a repetition: a line is read in one pass, whatever it holds.

/** Something that may cross lines. */
export interface Span {
  readonly open: string;
  readonly close: string;
  readonly kind: 'comment' | 'text';
}

export interface Rules {
  readonly comment: string;
  readonly text: string;
  readonly spans: readonly Span[];
  readonly keywords: ReadonlySet<string>;
  readonly word: string;
  readonly anyCase: boolean;
}

const raw = String.raw;
const double = raw`"(?:\\.|[^"\\])*"?`;
const single = raw`'(?:\\.|[^'\\])*'?`;
const character = raw`'(?:\\[^']{1,10}|[^\\'])'`;
const word = raw`[\p{L}_$@][\p{L}\p{N}_$]*`;
const span = (open: string, close: string, kind: Span['kind'] = 'text'): Span => ({ open, close, kind });
const block = span(raw`\/\*`, raw`\*\/`, 'comment');
const until = (end: string) => raw`(?:\\.|[^\\])*?${end}`;
const template = span('`', until('`'));
const markup = span('<!--', '-->', 'comment');

function rules(keywords: string, given: Partial<Omit<Rules, 'keywords'>> = {}): Rules {
  const usual = { comment: raw`\/\/`, text: `${double}|${character}`, spans: [block], word, anyCase: false };
  return { ...usual, ...given, keywords: new Set(keywords.split(' ')) };
}

const c =
  'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false NULL';
const cpp = `${c} alignas alignof catch class co_await co_return co_yield concept consteval constexpr decltype delete explicit export final friend mutable namespace new noexcept nullptr operator override private protected public requires static_assert template this throw try typename using virtual`;
const js =
  'async await break case catch class const continue debugger default delete do else export extends false finally for from function get if import in instanceof let new null of return set static super switch this throw true try typeof undefined var void while yield';
const ts = `${js} abstract any as asserts boolean declare enum implements infer interface is keyof namespace never number object private protected public readonly satisfies string symbol type unknown`;
const java =
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for if implements import instanceof int interface long native new null package permits private protected public record return sealed short static super switch synchronized this throw throws transient true false try var void volatile while yield';
const python =
  'and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield';
const go =
  'break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil package range return select struct switch true type var any bool byte error float64 int int64 rune string uint';
const rust =
  'as async await break const continue crate dyn else enum extern false fn for if impl in let loop macro_rules match mod move mut pub ref return self Self static struct super trait true type unsafe use where while bool char f32 f64 i8 i16 i32 i64 isize str u8 u16 u32 u64 usize';
const ruby =
  'alias and begin break case class def defined do else elsif end ensure extend false for if in include module next nil not or private protected public raise redo require require_relative rescue retry return self super then true undef unless until when while yield attr_reader attr_accessor attr_writer';
const php =
  'abstract and array as break callable case catch class clone const continue declare default do echo else elseif enum extends false final finally fn for foreach function global if implements include instanceof interface match namespace new null or private protected public readonly require require_once return static switch this throw trait true try use var void while yield';
const csharp = `${java} async await as base bool checked decimal delegate event explicit fixed foreach get goto implicit in init internal is lock namespace object operator out override params partial readonly ref sbyte set sizeof string struct typeof uint ulong unchecked unsafe ushort using value virtual where with`;
const kotlin =
  'abstract actual annotation as break by class companion const constructor continue crossinline data do else enum expect false final finally for fun get if import in infix init inline inner interface internal is lateinit null object open operator out override package private protected public return sealed set super suspend tailrec this throw true try typealias val var when where while';
const swift =
  'actor as associatedtype async await break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate final for func get guard if import in init inout internal is lazy let mutating nil open operator override private protocol public repeat rethrows return self Self set static struct subscript super switch throw throws true try typealias var weak where while';
const scala =
  'abstract case catch class def do else enum export extends extension false final finally for given if implicit import lazy match new null object override package private protected return sealed super then this throw trait true try type using val var while with yield';
const shell =
  'case do done elif else esac export fi for function if in local readonly return select set shift source then trap unset until while echo exit';
const sql =
  'add all alter and as asc begin between by case check column commit constraint create cross database default delete desc distinct drop else end exists false foreign from full function grant group having if in index inner insert into is join key left like limit not null on or order outer primary procedure references replace returning returns right rollback select set table then true trigger union unique update using values view when where with';
const elixir =
  'after alias and case catch cond def defdelegate defexception defimpl defmacro defmodule defp defprotocol defstruct do else end false fn for if import in nil not or quote raise receive require rescue true try unless unquote use when with';
const ml =
  'and as begin class do done else end exception external false for fun function functor if in include inherit initializer lazy let match method module mutable new object of open or private rec sig struct then to true try type val virtual when while with';
const haskell =
  'case class data default deriving do else family forall foreign if import in infix infixl infixr instance let module newtype of qualified then type where';
const dart = `${java} async await covariant dynamic export extension factory external get hide is late library mixin on operator part required set show typedef with`;
const zig =
  'align allowzero and anyerror anytype asm async await bool break catch comptime const continue defer else enum errdefer error export extern false fn for if inline noalias null opaque or orelse packed pub resume return struct suspend switch test threadlocal true try undefined union unreachable usingnamespace var void volatile while';
const julia =
  'abstract baremodule begin break catch const continue do else elseif end export false finally for function global if import in let local macro module mutable nothing primitive quote return struct true try type using where while';
const solidity = `${js} address bool bytes constructor contract emit enum event external indexed interface internal is library mapping memory modifier payable pragma private public pure require returns storage string struct uint uint256 using view virtual override`;
const perl =
  'and bless die do else elsif eq eval for foreach if last local my ne next no not or our package print require return shift sub undef unless until use while';

const hash = { comment: '#', text: `${double}|${single}`, spans: [] };
const script = { text: `${double}|${single}`, spans: [block, template] };
const byName: Readonly<Record<string, Rules>> = {
  c: rules(c),
  cpp: rules(cpp, { spans: [span(raw`R"\(`, raw`\)"`), block] }),
  javascript: rules(js, script),
  typescript: rules(ts, script),
  tsx: rules(ts, script),
  java: rules(java, { spans: [block, span('"""', until('"""'))] }),
  python: rules(python, { ...hash, spans: [span('"""', until('"""')), span("'''", until("'''"))] }),
  go: rules(go, { spans: [block, span('`', '`')] }),
  rust: rules(rust, { spans: [block, span('r#"', '"#'), span(raw`b?"`, until('"'))], text: character }),
  ruby: rules(ruby, { ...hash, spans: [span('^=begin', '^=end', 'comment')] }),
  php: rules(php, { comment: raw`\/\/|#(?!\[)`, text: `${double}|${single}` }),
  csharp: rules(csharp, { spans: [block, span('"""', '"""'), span('@"', raw`"(?!")`)] }),
  bash: rules(shell, { ...hash, comment: '(?<![^ \\t;])#' }),
  kotlin: rules(kotlin, { spans: [block, span('"""', '"""')] }),
  swift: rules(swift, { spans: [block, span('"""', '"""')] }),
  scala: rules(scala, { spans: [block, span('"""', '"""')] }),
  lua: rules('and break do else elseif end false for function goto if in local nil not or repeat return self then true until while', {
    comment: '--',
    text: `${double}|${single}`,
    spans: [span(raw`--\[\[`, raw`\]\]`, 'comment'), span(raw`\[\[`, raw`\]\]`)],
  }),
  elixir: rules(elixir, { ...hash, spans: [span('"""', '"""')] }),
  ocaml: rules(ml, { comment: '', text: `${double}|${character}`, spans: [span(raw`\(\*`, raw`\*\)`, 'comment')] }),
  dart: rules(dart, { text: `${double}|${single}`, spans: [block, span('"""', '"""'), span("'''", "'''")] }),
  haskell: rules(haskell, { comment: raw`--(?![!#$%&*+.\/<=>?@\\^|~])`, spans: [span(raw`\{-`, raw`-\}`, 'comment')] }),
  zig: rules(zig, { spans: [] }),
  julia: rules(julia, { ...hash, text: `${double}|${character}`, spans: [span('#=', '=#', 'comment'), span('"""', '"""')] }),
  sql: rules(sql, { comment: '--', text: `${double}|${single}`, anyCase: true }),
  hcl: rules('data false for for_each if in locals module null output provider resource terraform true variable', {
    comment: raw`#|\/\/`,
    text: double,
  }),
  solidity: rules(solidity, { text: `${double}|${single}` }),
  perl: rules(perl, { ...hash, comment: '(?<![^ \\t;])#', spans: [span('^=[a-z]\\w*', '^=cut', 'comment')] }),
  css: rules('and from important media import keyframes supports to not', { comment: '', text: `${double}|${single}`, word: raw`[@!]?[\p{L}_][\p{L}\p{N}_-]*` }),
  html: rules('', { comment: '', text: double, spans: [markup] }),
  json: rules('true false null', { text: double }),
  yaml: rules('true false null yes no', { ...hash, comment: '(?<![^ \\t])#' }),
};

// Extensions, and languages that look like another one.
const others = new Map(
  Object.entries({
    python: 'py pyi pyw r graphql bzl',
    javascript: 'js jsx mjs cjs',
    typescript: 'ts mts cts tsx',
    go: 'go',
    rust: 'rs',
    c: 'c h m',
    cpp: 'cc cpp cxx hh hpp hxx mm cu',
    java: 'java groovy gradle proto',
    ruby: 'rb rake gemspec rakefile gemfile',
    php: 'php',
    csharp: 'cs',
    bash: 'sh bash zsh mk makefile dockerfile cmake tcl ps1',
    kotlin: 'kt kts',
    swift: 'swift',
    scala: 'scala sc sbt',
    lua: 'lua',
    elixir: 'ex exs',
    ocaml: 'ml mli ocaml_interface',
    dart: 'dart',
    haskell: 'hs',
    zig: 'zig',
    julia: 'jl',
    sql: 'sql',
    hcl: 'tf tfvars hcl',
    solidity: 'sol',
    perl: 'pl pm t',
    css: 'css scss less',
    html: 'html htm xml svg vue svelte',
    json: 'json jsonc',
    yaml: 'yml yaml toml ini cfg conf env nix',
  }).flatMap(([name, all]) => all.split(' ').map((one) => [one, name] as const)),
);

/** By the language that the server names, else by the path's extension or name; null: nothing is known of it. */
export function rulesOf(language: string | null, path = ''): Rules | null {
  const extension = /[^./]+$/.exec(path)?.[0].toLowerCase() ?? '';
  const name = language ?? extension;
  return byName[name] ?? byName[others.get(name) ?? ''] ?? null;
}
