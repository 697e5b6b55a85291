; Definitions
(namespace_declaration) @definition.module
(class_declaration) @definition.class
(record_declaration) @definition.otherwise_class
(record_declaration "struct") @definition.struct
(record_declaration (parameter_list (parameter name: (identifier) @definition.promoted)))
(struct_declaration) @definition.struct
(interface_declaration) @definition.interface
(enum_declaration) @definition.enum
(enum_member_declaration name: (identifier) @definition.member)
(delegate_declaration) @definition.type
(method_declaration) @definition.method
(constructor_declaration) @definition.constructor
(destructor_declaration name: (identifier) @name) @definition.method
(operator_declaration operator: _ @name) @definition.method
(conversion_operator_declaration type: (_) @name) @definition.method
(local_function_statement) @definition.function
(indexer_declaration "this" @name) @definition.property
(property_declaration) @definition.property
(field_declaration (variable_declaration (variable_declarator name: (identifier) @definition.otherwise_field)))
(field_declaration
  (modifier "const")
  (variable_declaration (variable_declarator name: (identifier) @definition.constant)))
(accessor_list) @body
(arrow_expression_clause) @body
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @definition.field)))
(event_declaration) @definition.property

(base_list [(identifier) (qualified_name)] @reference.base)
(base_list (generic_name (identifier) @reference.base))
(base_list (primary_constructor_base_type type: (identifier) @reference.base))
(attribute name: (_) @reference.decorator)
(invocation_expression function: [(identifier) (member_access_expression)] @reference.call)
(invocation_expression function: (generic_name (identifier) @reference.call))
(invocation_expression function: (conditional_access_expression
  (member_binding_expression name: (identifier) @member.call)))
(constructor_initializer ["base" "this"] @reference.call)
(object_creation_expression type: [(identifier) (qualified_name)] @reference.call)
(object_creation_expression type: (generic_name (identifier) @reference.call))
(member_access_expression) @reference.attribute
(variable_declaration type: [(identifier) (qualified_name)] @reference.type)
(parameter type: [(identifier) (qualified_name)] @reference.type)
(property_declaration type: [(identifier) (qualified_name)] @reference.type)
(method_declaration returns: [(identifier) (qualified_name)] @reference.type)
(cast_expression type: [(identifier) (qualified_name)] @reference.type)
(nullable_type type: [(identifier) (qualified_name)] @reference.type)
(array_type type: [(identifier) (qualified_name)] @reference.type)
(type_argument_list [(identifier) (qualified_name)] @reference.type)
(typeof_expression type: [(identifier) (qualified_name)] @reference.type)
(variable_declaration type: (generic_name (identifier) @reference.type))
(parameter type: (generic_name (identifier) @reference.type))
(property_declaration type: (generic_name (identifier) @reference.type))
(method_declaration returns: (generic_name (identifier) @reference.type))
(type_argument_list (generic_name (identifier) @reference.type))
(declaration_pattern type: (identifier) @reference.type)
(constant_pattern (identifier) @maybe.name)
(catch_declaration type: [(identifier) (qualified_name)] @reference.type)
(is_expression right: (identifier) @reference.type)
(as_expression right: (identifier) @reference.type)
(argument (identifier) @maybe.name)
(return_statement (identifier) @maybe.name)
(assignment_expression right: (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)

; What names hold
(variable_declaration type: (_) @typing.type (variable_declarator name: (identifier) @typing.name)) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name (object_creation_expression type: (_) @typing.call))) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name (invocation_expression) @typing.invoked)) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name . [(identifier) (member_access_expression) "this"] @typing.same)) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name (await_expression (invocation_expression) @typing.invoked))) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name (cast_expression type: (_) @typing.type))) @typing
(variable_declaration (variable_declarator name: (identifier) @typing.name (as_expression right: (_) @typing.type))) @typing
(parameter type: (_) @typing.type name: (identifier) @typing.name) @typing
(foreach_statement type: (_) @typing.type left: (identifier) @typing.name) @typing
(declaration_pattern type: (_) @typing.type name: (identifier) @typing.name) @typing
(catch_declaration type: (_) @typing.type name: (identifier) @typing.name) @typing
(implicit_parameter) @hides @rebinds
(property_declaration type: (_) @returns.type)
(method_declaration returns: (_) @returns.type)
(local_function_statement type: (_) @returns.type)
(type_parameter_constraints_clause . (identifier) @bound.name . (type_parameter_constraint type: (_) @bound.type))

(using_directive) @import
(file_scoped_namespace_declaration) @import
(ERROR) @error
