(class_declaration) @definition.class
(abstract_class_declaration) @definition.class
(interface_declaration) @definition.interface
(enum_declaration) @definition.enum
(enum_body name: (property_identifier) @definition.member)
(enum_body (enum_assignment name: (property_identifier) @definition.member))
(type_alias_declaration) @definition.type
(internal_module) @definition.module
(module) @definition.module
(function_signature) @definition.function
(class_body (public_field_definition) @definition.field)
(class_body (public_field_definition value: [(arrow_function) (function_expression)]) @definition.method)
(class_body (method_signature) @definition.method)
(abstract_method_signature) @definition.method
(interface_body (property_signature) @definition.field)
(interface_body (method_signature) @definition.method)
(ambient_declaration (lexical_declaration (variable_declarator) @definition.variable))
(ambient_declaration (variable_declaration (variable_declarator) @definition.variable))
(internal_module (statement_block (lexical_declaration (variable_declarator) @definition.variable)))
(internal_module
  (statement_block (export_statement (lexical_declaration (variable_declarator) @definition.variable))))
(required_parameter
  [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @definition.promoted)
(optional_parameter
  [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @definition.promoted)

(extends_clause value: [(identifier) (member_expression)] @reference.base)
(extends_clause value: (call_expression function: [(identifier) (member_expression)] @reference.call))
(implements_clause [(type_identifier) (nested_type_identifier)] @reference.base)
(implements_clause (generic_type name: [(type_identifier) (nested_type_identifier)] @reference.base))
(extends_type_clause type: [(type_identifier) (nested_type_identifier)] @reference.base)
(extends_type_clause type: (generic_type name: [(type_identifier) (nested_type_identifier)] @reference.base))
(nested_type_identifier) @reference.type
(type_identifier) @reference.type
(call_expression function: (member_expression) @reference.call type_arguments: (_))
(type_query (identifier) @maybe.name)
(as_expression (identifier) @maybe.name)
(non_null_expression (identifier) @maybe.name)
(satisfies_expression (identifier) @maybe.name)

; What names hold
(required_parameter pattern: (identifier) @typing.name type: (type_annotation) @typing.type) @typing
(optional_parameter pattern: (identifier) @typing.name type: (type_annotation) @typing.type) @typing
(required_parameter (accessibility_modifier) pattern: (identifier) @typing.field type: (type_annotation) @typing.type) @typing
(required_parameter pattern: (identifier) @hides)
; A pattern waits in a call for what may still come, so each costs time in all that stands in its arguments
(arguments (arrow_function [
  parameter: (identifier) @rebinds
  parameters: (formal_parameters (required_parameter pattern: (identifier) @rebinds !type))
  body: (_)]) @nameless)
(optional_parameter pattern: (identifier) @hides)
(variable_declarator name: (identifier) @typing.name type: (type_annotation) @typing.type) @typing
(variable_declarator name: (identifier) @typing.name value: (as_expression (_) (_) @typing.type)) @typing
(public_field_definition name: [(property_identifier) (private_property_identifier)] @typing.name
  type: (type_annotation) @typing.type) @typing
(public_field_definition name: [(property_identifier) (private_property_identifier)] @typing.name value: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(public_field_definition name: [(property_identifier) (private_property_identifier)] @typing.name value: (call_expression function: [(identifier) (member_expression)] @typing.call)) @typing
(public_field_definition name: [(property_identifier) (private_property_identifier)] @typing.name value: (await_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(public_field_definition name: [(property_identifier) (private_property_identifier)] @typing.name value: [(identifier) (member_expression)] @typing.same) @typing
(property_signature name: (property_identifier) @typing.name type: (type_annotation) @typing.type) @typing
(function_declaration return_type: (type_annotation) @returns.type)
(function_signature return_type: (type_annotation) @returns.type)
(method_definition return_type: (type_annotation) @returns.type)
(method_signature return_type: (type_annotation) @returns.type)
(abstract_method_signature return_type: (type_annotation) @returns.type)
(arrow_function return_type: (type_annotation) @returns.type)
(function_expression return_type: (type_annotation) @returns.type)
(optional_parameter (accessibility_modifier) pattern: (identifier) @typing.field type: (type_annotation) @typing.type) @typing
(required_parameter pattern: (identifier) @typing.name value: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(variable_declarator name: (identifier) @typing.name value: (non_null_expression [(identifier) (member_expression)] @typing.same)) @typing
(variable_declarator name: (identifier) @typing.name
  value: (non_null_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(type_parameter name: (type_identifier) @bound.name constraint: (constraint (_) @bound.type))
(function_type) @unsaid
