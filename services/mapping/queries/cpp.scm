(namespace_definition name: (_)) @definition.module
(class_specifier name: (_) body: (_)) @definition.class
(function_definition type: (class_specifier !body) declarator: (identifier)) @definition.class
(function_definition type: (struct_specifier !body) declarator: (identifier)) @definition.struct
(function_definition declarator: (operator_cast) @name)
(field_declaration_list (declaration declarator: (operator_cast) @name) @definition.prototype)
(alias_declaration) @definition.type
(concept_definition) @definition.type
(field_declaration declarator: (function_declarator declarator: (field_identifier))) @definition.prototype
(field_declaration declarator: (function_declarator declarator: (operator_name))) @definition.prototype
(field_declaration declarator: (reference_declarator (function_declarator))) @definition.prototype
(field_declaration declarator: (pointer_declarator (function_declarator declarator: (field_identifier)))) @definition.prototype
(field_declaration declarator: (pointer_declarator (function_declarator declarator: (operator_name)))) @definition.prototype
(friend_declaration (function_definition) @definition.friend)
(field_declaration_list (declaration declarator: (function_declarator)) @definition.prototype)
(field_declaration_list (template_declaration (declaration) @definition.prototype))
(field_declaration declarator: (reference_declarator (field_identifier) @definition.field))

(using_declaration) @import
(namespace_alias_definition) @import
(base_class_clause [(type_identifier) (qualified_identifier)] @reference.base)
(base_class_clause (template_type name: (type_identifier) @reference.base))
(call_expression function: (qualified_identifier) @reference.call)
(call_expression function: (template_function name: (identifier) @reference.call))
(call_expression
  function: (field_expression field: (template_method name: (field_identifier) @member.call)))
(new_expression type: [(type_identifier) (qualified_identifier)] @reference.call)
(new_expression type: (template_type name: (type_identifier) @reference.call))
(field_expression) @reference.attribute
(qualified_identifier) @reference.attribute
(condition_clause (identifier) @maybe.name)
(declaration type: [(type_identifier) (qualified_identifier)] @reference.call
  declarator: (init_declarator value: (argument_list)))

; What names hold
(declaration type: (_) @typing.type declarator: (identifier) @typing.name) @typing
(declaration type: (_) @typing.type declarator: (pointer_declarator declarator: (identifier) @typing.name)) @typing
(declaration type: (_) @typing.type declarator: (reference_declarator (identifier) @typing.name)) @typing
(declaration type: (_) @typing.type declarator: (init_declarator declarator: (identifier) @typing.name)) @typing
(declaration type: (_) @typing.type declarator: (init_declarator declarator: (pointer_declarator declarator: (identifier) @typing.name))) @typing
(declaration type: (_) @typing.type declarator: (init_declarator declarator: (reference_declarator (identifier) @typing.name))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name
  value: (call_expression function: [(identifier) (field_expression) (qualified_identifier)] @typing.call))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name
  value: (new_expression type: (_) @typing.type))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name
  value: [(identifier) (field_expression)] @typing.same)) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (pointer_declarator declarator: (identifier) @typing.name)
  value: (call_expression function: [(identifier) (field_expression) (qualified_identifier)] @typing.call))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (pointer_declarator declarator: (identifier) @typing.name)
  value: (new_expression type: (_) @typing.type))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (pointer_declarator declarator: (identifier) @typing.name)
  value: [(identifier) (field_expression)] @typing.same)) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (reference_declarator (identifier) @typing.name)
  value: (call_expression function: [(identifier) (field_expression) (qualified_identifier)] @typing.call))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (reference_declarator (identifier) @typing.name)
  value: (new_expression type: (_) @typing.type))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (reference_declarator (identifier) @typing.name)
  value: [(identifier) (field_expression)] @typing.same)) @typing
(parameter_declaration type: (_) @typing.type declarator: (identifier) @typing.name) @typing
(parameter_declaration type: (_) @typing.type declarator: (pointer_declarator declarator: (identifier) @typing.name)) @typing
(parameter_declaration type: (_) @typing.type declarator: (reference_declarator (identifier) @typing.name)) @typing
(for_range_loop type: (_) @typing.type declarator: (identifier) @typing.name) @typing
(for_range_loop type: (_) @typing.type declarator: (reference_declarator (identifier) @typing.name)) @typing
(field_declaration type: (_) @typing.type declarator: (field_identifier) @typing.name) @typing
(field_declaration type: (_) @typing.type declarator: (pointer_declarator declarator: (field_identifier) @typing.name)) @typing
(field_declaration type: (_) @typing.type declarator: (reference_declarator (field_identifier) @typing.name)) @typing
(function_definition type: (_) @returns.type)
(field_declaration type: (_) @returns.type declarator: (function_declarator))
(field_declaration type: (_) @returns.type declarator: (pointer_declarator (function_declarator)))
(field_declaration type: (_) @returns.type declarator: (reference_declarator (function_declarator)))
(function_declarator (trailing_return_type (_) @returns.type))
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name value: (compound_literal_expression type: (_) @typing.type))) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name
  value: (call_expression function: (qualified_identifier name: (template_function
    name: (identifier) @_made arguments: (template_argument_list . (type_descriptor) @typing.type)))))
  (#any-of? @_made "make_unique" "make_shared")) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (identifier) @typing.name
  value: (call_expression function: (template_function
    name: (identifier) @_cast arguments: (template_argument_list . (type_descriptor) @typing.type))))
  (#any-of? @_cast "static_cast" "dynamic_cast" "reinterpret_cast" "const_cast")) @typing
(declaration type: (placeholder_type_specifier) declarator: (init_declarator
  declarator: (pointer_declarator declarator: (identifier) @typing.name)
  value: (call_expression function: (template_function
    name: (identifier) @_cast arguments: (template_argument_list . (type_descriptor) @typing.type))))
  (#any-of? @_cast "static_cast" "dynamic_cast" "reinterpret_cast" "const_cast")) @typing
(declaration type: (placeholder_type_specifier) declarator: (identifier) @typing.name value: (call_expression
  function: [(identifier) (field_expression) (qualified_identifier)] @typing.call)) @typing
(structured_binding_declarator (identifier) @hides @rebinds)
