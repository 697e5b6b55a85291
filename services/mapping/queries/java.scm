; Definitions
(class_declaration) @definition.class
(record_declaration) @definition.class
(interface_declaration) @definition.interface
(annotation_type_declaration) @definition.interface
(enum_declaration) @definition.enum
(enum_constant name: (identifier) @definition.member)
(method_declaration) @definition.method
(annotation_type_element_declaration) @definition.method
(constructor_declaration) @definition.constructor
(compact_constructor_declaration) @definition.constructor
(field_declaration declarator: (variable_declarator name: (identifier) @definition.field))
(constant_declaration declarator: (variable_declarator name: (identifier) @definition.constant))
(record_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @definition.promoted)))
(record_declaration
  parameters: (formal_parameters (spread_parameter (variable_declarator name: (identifier) @definition.promoted))))

(superclass [(type_identifier) (scoped_type_identifier)] @reference.base)
(superclass (generic_type [(type_identifier) (scoped_type_identifier)] @reference.base))
(type_list [(type_identifier) (scoped_type_identifier)] @reference.base)
(type_list (generic_type [(type_identifier) (scoped_type_identifier)] @reference.base))
(marker_annotation name: (_) @reference.decorator)
(annotation name: (_) @reference.decorator)
(method_invocation name: (identifier) @member.call)
(method_reference (identifier) @member.call .)
(explicit_constructor_invocation constructor: [(super) (this)] @reference.call)
(object_creation_expression type: [(type_identifier) (scoped_type_identifier)] @reference.call)
(object_creation_expression type: (generic_type [(type_identifier) (scoped_type_identifier)] @reference.call))
(scoped_type_identifier) @reference.type
(type_identifier) @reference.type
(field_access) @reference.attribute
(method_invocation object: (identifier) @maybe.name)
(argument_list (identifier) @maybe.name)
(variable_declarator value: (identifier) @maybe.name)
(assignment_expression right: (identifier) @maybe.name)
(return_statement (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(array_initializer (identifier) @maybe.name)
(element_value_pair value: (identifier) @maybe.name)
(switch_label (identifier) @maybe.name)

; What names hold
(local_variable_declaration type: (_) @typing.type declarator: (variable_declarator name: (identifier) @typing.name)) @typing
(local_variable_declaration declarator: (variable_declarator name: (identifier) @typing.name value: (object_creation_expression type: (_) @typing.call))) @typing
(local_variable_declaration declarator: (variable_declarator name: (identifier) @typing.name value: (method_invocation) @typing.invoked)) @typing
(field_declaration type: (_) @typing.type declarator: (variable_declarator name: (identifier) @typing.name)) @typing
(constant_declaration type: (_) @typing.type declarator: (variable_declarator name: (identifier) @typing.name)) @typing
(formal_parameter type: (_) @typing.type name: (identifier) @typing.name) @typing
(catch_formal_parameter (catch_type . (_) @typing.type .) name: (identifier) @typing.name) @typing
(resource type: (_) @typing.type name: (identifier) @typing.name) @typing
(enhanced_for_statement type: (_) @typing.type name: (identifier) @typing.name) @typing
(instanceof_expression right: (_) @typing.type name: (identifier) @typing.name) @typing
(inferred_parameters (identifier) @hides @rebinds)
(lambda_expression parameters: (identifier) @hides @rebinds)
(method_declaration type: (_) @returns.type)
(annotation_type_element_declaration type: (_) @returns.type)
(local_variable_declaration declarator: (variable_declarator name: (identifier) @typing.name value: [(identifier) (field_access) (this)] @typing.same)) @typing
(local_variable_declaration declarator: (variable_declarator name: (identifier) @typing.name value: (cast_expression type: (_) @typing.type))) @typing
(catch_formal_parameter name: (identifier) @hides @rebinds)
(spread_parameter (variable_declarator name: (identifier) @hides))
(type_parameter . (type_identifier) @bound.name (type_bound . (_) @bound.type .))

(import_declaration) @import
(ERROR) @error
