; Definitions
(module) @definition.module
(class) @definition.class
(method) @definition.method
(singleton_method) @definition.method
(alias name: (identifier) @definition.method)
(assignment left: (constant) @definition.constant)
(call
  method: (identifier) @_word
  arguments: (argument_list (simple_symbol) @definition.field)
  (#any-of? @_word "attr_accessor" "attr_reader" "attr_writer" "attribute"))
(call
  method: (identifier) @_word
  arguments: (argument_list . (simple_symbol) @definition.method)
  (#any-of? @_word "define_method" "alias_method" "delegate" "scope"))

(superclass [(constant) (scope_resolution)] @reference.base)
(call
  method: (identifier) @_mixin
  arguments: (argument_list [(constant) (scope_resolution)] @reference.base)
  (#any-of? @_mixin "include" "extend" "prepend"))
(call method: [(identifier) (constant)] @member.call)
(body_statement (identifier) @reference.call)
(super) @reference.call
(scope_resolution) @reference.attribute
(constant) @maybe.name
(argument_list (identifier) @maybe.name)

; What names hold
(assignment
  left: [(identifier) (instance_variable)] @typing.name
  right: (call receiver: [(constant) (scope_resolution)] @typing.call method: (identifier) @_new)
  (#eq? @_new "new")) @typing
(operator_assignment
  left: [(identifier) (instance_variable)] @typing.name
  right: (call receiver: [(constant) (scope_resolution)] @typing.call method: (identifier) @_made)
  (#eq? @_made "new")) @typing
(assignment left: [(identifier) (instance_variable)] @typing.name right: (call) @typing.invoked) @typing
(assignment left: [(identifier) (instance_variable)] @typing.name right: [(identifier) (instance_variable) (constant)] @typing.same) @typing
((body_statement (call receiver: [(constant) (scope_resolution)] @returns.call method: (identifier) @_given) .)
  (#eq? @_given "new"))
(body_statement [(instance_variable) (self)] @returns.same .)
(body_statement (operator_assignment left: (instance_variable) @returns.same) .)

(call method: (identifier) @_load (#any-of? @_load "require" "require_relative" "load")) @import
(ERROR) @error
