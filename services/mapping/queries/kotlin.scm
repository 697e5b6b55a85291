; Definitions
(class_declaration "class" name: (identifier) @name) @definition.otherwise_class
(class_declaration "interface" name: (identifier) @name) @definition.interface
(class_declaration name: (identifier) @name (enum_class_body)) @definition.enum
(object_declaration name: (identifier) @name) @definition.class
(companion_object "object" . (identifier) @name) @definition.class
(enum_entry . (identifier) @definition.member @name)
(function_declaration name: (identifier) @name) @definition.function
(secondary_constructor "constructor" @name) @definition.constructor
(class_parameter ["val" "var"] . (identifier) @name) @definition.property
(property_declaration (variable_declaration . (identifier) @name))
(source_file (property_declaration) @definition.variable)
(source_file (property_declaration (modifiers (property_modifier))) @definition.constant)
(source_file (property_declaration (getter)) @definition.property)
(class_body (property_declaration) @definition.otherwise_property)
(enum_class_body (property_declaration) @definition.otherwise_property)
(class_body (property_declaration (modifiers (property_modifier))) @definition.constant)
(type_alias type: (identifier) @name) @definition.type
(function_declaration (function_body) @body)
(class_body) @body
(enum_class_body) @body
(getter) @body
(setter) @body
(secondary_constructor (block) @body)
(constructor_delegation_call) @body

; Bases, annotations, types
(delegation_specifier (user_type) @reference.base)
(delegation_specifier (constructor_invocation (user_type) @reference.base))
(explicit_delegation (user_type) @reference.base)
(annotation (user_type) @reference.decorator)
(annotation (constructor_invocation (user_type) @reference.decorator))
(user_type) @reference.type

; Uses
(constructor_delegation_call ["this" "super"] @reference.call)
(call_expression . (identifier) @reference.call)
(call_expression . (navigation_expression) @reference.call)
(call_expression . (unary_expression argument: (identifier) @reference.call))
(navigation_expression) @access
(navigation_expression . (identifier) @maybe.name)
(callable_reference (identifier) @maybe.name .)
(value_argument (identifier) @maybe.name)
(property_declaration (identifier) @maybe.name)
(function_body (identifier) @maybe.name)
(return_expression (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(assignment right: (identifier) @maybe.name)
(index_expression (identifier) @maybe.name)
(interpolation (identifier) @maybe.name)
(when_entry condition: (identifier) @maybe.name)
(function_value_parameters (identifier) @maybe.name)

; What names hold
(property_declaration (variable_declaration . (identifier) @typing.name (_) @typing.type)) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (call_expression) @typing.invoked) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (unary_expression argument: (call_expression) @typing.invoked "!!")) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (binary_expression left: (call_expression) @typing.invoked "?:")) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) [(identifier) (navigation_expression) (this_expression)] @typing.same) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (unary_expression argument: [(identifier) (navigation_expression)] @typing.same "!!")) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (binary_expression left: [(identifier) (navigation_expression)] @typing.same "?:")) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (as_expression right: (_) @typing.type)) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (property_delegate
  (call_expression (identifier) @_lazy (annotated_lambda (lambda_literal (call_expression) @typing.invoked .))))
  (#eq? @_lazy "lazy")) @typing
(property_declaration (variable_declaration (identifier) @typing.name .) (call_expression
  (navigation_expression (call_expression) @typing.invoked (identifier) @_own .) (annotated_lambda))
  (#any-of? @_own "apply" "also")) @typing
(parameter . (identifier) @typing.name (_) @typing.type) @typing
(function_value_parameters (parameter_modifiers (parameter_modifier) @_several) . (parameter) @unsaid (#eq? @_several "vararg"))
(class_parameter (modifiers (parameter_modifier)) ) @unsaid
(class_parameter (identifier) @typing.name . (_) @typing.type) @typing
(lambda_parameters (variable_declaration . (identifier) @typing.name (_) @typing.type) @typing)
(for_statement (variable_declaration . (identifier) @typing.name (_) @typing.type) @typing)
(when_subject (variable_declaration (identifier) @typing.name .) (call_expression) @typing.invoked) @typing
(catch_block . (identifier) @typing.name . (_) @typing.type) @typing
(variable_declaration . (identifier) @hides)
(lambda_parameters (variable_declaration . (identifier) @rebinds .))
(for_statement (variable_declaration . (identifier) @rebinds .))
(function_declaration (function_value_parameters) . [(user_type) (nullable_type)] @returns.type)
(function_declaration (function_body (call_expression) @returns.invoked))
(function_declaration (function_body [(identifier) (navigation_expression) (this_expression)] @returns.same))
(function_declaration (function_body (as_expression right: (_) @returns.type)))
(getter (function_body (call_expression) @returns.invoked))
(getter (function_body [(identifier) (navigation_expression)] @returns.same))
(type_parameter . (identifier) @bound.name (user_type) @bound.type)

(import) @import
(ERROR) @error
