((call target: (identifier) @_word (arguments . (alias) @name)) @definition.module
  (#any-of? @_word "defmodule" "defimpl"))
((call target: (identifier) @_word (arguments . (alias) @name)) @definition.interface
  (#eq? @_word "defprotocol"))
((call target: (identifier) @_word
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: [(identifier) @name (call target: (identifier) @name)] operator: "when")])) @definition.function
  (#any-of? @_word "def" "defp" "defdelegate" "defguard" "defguardp" "defn" "defnp"))
((call target: (identifier) @_word
  (arguments . (binary_operator left: (identifier) operator: _ @name))) @definition.function
  (#any-of? @_word "def" "defp")
  (#not-match? @name "^(when|\\\\\\\\)$"))
((call target: (identifier) @_word
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name) operator: "when")])) @definition.macro
  (#any-of? @_word "defmacro" "defmacrop"))
((call target: (identifier) @_word (arguments (list [
    (atom) @definition.field @name
    (keywords (pair key: (keyword) @definition.field @name))])))
  (#any-of? @_word "defstruct" "defexception"))
((call target: (identifier) @_word (arguments (keywords (pair key: (keyword) @definition.field @name))))
  (#any-of? @_word "defstruct" "defexception"))
((unary_operator operator: "@" operand: (call
  target: (identifier) @_word
  (arguments . (binary_operator . left: [(identifier) @name (call target: (identifier) @name)])))) @definition.type
  (#any-of? @_word "type" "typep" "opaque"))
((unary_operator operator: "@" operand: (call
  target: (identifier) @_word
  (arguments . (binary_operator . left: (call target: (identifier) @name))))) @definition.method
  (#any-of? @_word "callback" "macrocallback"))
((do_block (unary_operator operator: "@" operand: (call target: (identifier) @name (arguments))) @definition.constant)
  (#not-match? @name "^((module|type|short)?doc|spec|impl|typep?|opaque|(macro)?callback|optional_callbacks)$")
  (#not-match? @name "^(behaviour|derive|deprecated|since|dialyzer|compile|external_resource|enforce_keys|nifs|vsn)$")
  (#not-match? @name "^(before_compile|after_compile|on_load|on_definition|(module|describe)?tag|requirements)$"))
(do_block) @body
((call target: (identifier) @_word (arguments (keywords) @body))
  (#any-of? @_word "def" "defp" "defdelegate" "defguard" "defguardp" "defmacro" "defmacrop"))
(ERROR) @error
