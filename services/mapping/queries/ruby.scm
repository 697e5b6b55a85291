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
(call receiver: [(constant) (scope_resolution)] @reference.call method: (identifier) @passed (#eq? @passed "new"))
(super) @reference.call
(identifier) @bare
(scope_resolution) @reference.attribute
(constant) @maybe.name

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
(assignment left: [(identifier) (instance_variable)] @typing.name right: (call !arguments !block) @typing.call) @typing
(operator_assignment left: [(identifier) (instance_variable)] @typing.name right: (call) @typing.invoked) @typing
(operator_assignment left: [(identifier) (instance_variable)] @typing.name right: (call !arguments !block) @typing.call) @typing
(operator_assignment left: [(identifier) (instance_variable)] @typing.name right: (identifier) @typing.same) @typing
(assignment left: [(identifier) (instance_variable)] @typing.name right: [(identifier) (instance_variable) (constant)] @typing.same) @typing
(method_parameters (identifier) @local @hides)
(block_parameters (identifier) @local @hides @rebinds)
(lambda_parameters (identifier) @local @hides @rebinds)
(destructured_parameter (identifier) @local @hides @rebinds)
(optional_parameter name: (identifier) @local @hides)
(keyword_parameter name: (identifier) @local @hides)
(splat_parameter name: (identifier) @local @hides)
(hash_splat_parameter name: (identifier) @local @hides)
(block_parameter name: (identifier) @local @hides)
(assignment left: (identifier) @local @hides)
(operator_assignment left: (identifier) @local @hides)
(left_assignment_list (identifier) @local @hides)
(left_assignment_list (rest_assignment (identifier) @local @hides))
(destructured_left_assignment (identifier) @local @hides)
(exception_variable (identifier) @local @hides @rebinds)
(for pattern: (identifier) @local @hides @rebinds)
(in_clause pattern: (identifier) @local @hides)
(as_pattern name: (identifier) @local @hides)
(array_pattern (identifier) @local @hides)
(keyword_pattern key: (hash_key_symbol) @local @hides !value)
(keyword_pattern value: (identifier) @local @hides)
(setter name: (identifier) @local)
(method body: (body_statement (call receiver: [(constant) (scope_resolution)] @returns.call method: (identifier) @_given) .) (#eq? @_given "new"))
(method body: (body_statement (call) @returns.invoked .))
(method body: (body_statement (call !arguments !block) @returns.call .))
(method body: (body_statement [(identifier) (instance_variable) (self)] @returns.same .))
(method body: (body_statement (assignment left: [(identifier) (instance_variable)] @returns.same) .))
(method body: (body_statement (operator_assignment left: [(identifier) (instance_variable)] @returns.same) .))
(singleton_method body: (body_statement (call receiver: [(constant) (scope_resolution)] @returns.call method: (identifier) @_given) .) (#eq? @_given "new"))
(singleton_method body: (body_statement (call) @returns.invoked .))
(singleton_method body: (body_statement (call !arguments !block) @returns.call .))
(singleton_method body: (body_statement [(identifier) (instance_variable)] @returns.same .))
(singleton_method body: (body_statement (assignment left: [(identifier) (instance_variable)] @returns.same) .))
(singleton_method body: (body_statement (operator_assignment left: [(identifier) (instance_variable)] @returns.same) .))

(call method: (identifier) @_load (#any-of? @_load "require" "require_relative" "load")) @import
(ERROR) @error
