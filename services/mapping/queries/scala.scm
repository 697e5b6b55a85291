; Definitions
(package_object name: (identifier) @name body: (_) @body) @definition.module
(class_definition name: (_) @name) @definition.class
(object_definition name: (_) @name) @definition.class
(trait_definition name: (_) @name) @definition.trait
(enum_definition name: (_) @name) @definition.enum
(simple_enum_case name: (_) @name) @definition.member
(full_enum_case name: (_) @name) @definition.member
(type_definition name: (_) @name) @definition.type
(function_definition name: (_) @name) @definition.function
(function_declaration name: (_) @name) @definition.function
(given_definition name: (_) @name body: (with_template_body) @body) @definition.class
(given_definition name: (_) @name) @definition.variable
(val_definition pattern: (identifier) @name)
(var_definition pattern: (identifier) @name)
(compilation_unit [(val_definition pattern: (identifier)) (var_definition pattern: (identifier))] @definition.variable)
(template_body [(val_definition pattern: (identifier)) (var_definition pattern: (identifier))] @definition.variable)
(enum_body [(val_definition pattern: (identifier)) (var_definition pattern: (identifier))] @definition.variable)
(template_body (val_definition pattern: (tuple_pattern (identifier) @definition.variable @name)))
(val_declaration name: (identifier) @definition.variable @name)
(var_declaration name: (identifier) @definition.variable @name)
(class_parameter ["val" "var"] name: (identifier) @name) @definition.promoted
(class_definition "case" class_parameters: (class_parameters (class_parameter name: (identifier) @name) @definition.promoted))
(full_enum_case class_parameters: (_) @body)

; Bases, annotations, types
(extends_clause type: (type_identifier) @reference.base)
(extends_clause type: (stable_type_identifier) @reference.base)
(extends_clause type: (generic_type type: [(type_identifier) (stable_type_identifier)] @reference.base))
(extends_clause (compound_type [(type_identifier) (stable_type_identifier)] @reference.base))
(extends_clause (compound_type (generic_type type: [(type_identifier) (stable_type_identifier)] @reference.base)))
(annotation name: (_) @reference.decorator)
(stable_type_identifier) @reference.type
(type_identifier) @reference.type

; Uses
(call_expression function: [(identifier) (field_expression)] @reference.call)
(generic_function function: [(identifier) (field_expression)] @reference.call)
(instance_expression [(type_identifier) (stable_type_identifier)] @reference.call)
(instance_expression (generic_type type: [(type_identifier) (stable_type_identifier)] @reference.call))
(case_class_pattern type: (_) @reference.type)
(field_expression) @access
(field_expression value: (identifier) @maybe.name)
(arguments (identifier) @maybe.name)
(parameter default_value: (identifier) @maybe.name)
(infix_expression (identifier) @maybe.name)
(val_definition value: (identifier) @maybe.name)
(function_definition body: (identifier) @maybe.name)
(block (identifier) @maybe.name)
(indented_block (identifier) @maybe.name)
(case_clause pattern: (identifier) @maybe.name)
(assignment_expression right: (identifier) @maybe.name)

; What names hold
(val_definition pattern: (identifier) @typing.name type: (_) @typing.type) @typing
(val_definition pattern: (identifier) @typing.name value: (instance_expression . (_) @typing.type)) @typing
(val_definition pattern: (identifier) @typing.name value: (call_expression) @typing.invoked) @typing
(val_definition pattern: (identifier) @typing.name value: [(identifier) (field_expression)] @typing.same) @typing
(var_definition pattern: (identifier) @typing.name type: (_) @typing.type) @typing
(var_definition pattern: (identifier) @typing.name value: (instance_expression . (_) @typing.type)) @typing
(var_definition pattern: (identifier) @typing.name value: (call_expression) @typing.invoked) @typing
(var_definition pattern: (identifier) @typing.name value: [(identifier) (field_expression)] @typing.same) @typing
(val_declaration name: (identifier) @typing.name type: (_) @typing.type) @typing
(var_declaration name: (identifier) @typing.name type: (_) @typing.type) @typing
(parameter name: (identifier) @typing.name type: (_) @typing.type) @typing
(class_parameter name: (identifier) @typing.name type: (_) @typing.type) @typing
(binding name: (identifier) @typing.name type: (_) @typing.type) @typing
(typed_pattern pattern: (identifier) @typing.name type: (_) @typing.type) @typing
(lambda_expression parameters: (identifier) @hides @rebinds)
(binding name: (identifier) @hides)
(enumerator . (identifier) @hides @rebinds)
(tuple_pattern (identifier) @hides)
(function_definition return_type: (_) @returns.type)
(function_declaration return_type: (_) @returns.type)
(function_definition body: (instance_expression . (_) @returns.type))
(function_definition body: (call_expression) @returns.invoked)
(function_definition body: [(identifier) (field_expression)] @returns.same)
(function_definition body: (block (instance_expression . (_) @returns.type) .))
(function_definition body: (block (call_expression) @returns.invoked .))
(function_definition body: (block (identifier) @returns.same .))
(function_definition body: (indented_block (instance_expression . (_) @returns.type) .))
(function_definition body: (indented_block (call_expression) @returns.invoked .))
(function_definition body: (indented_block (identifier) @returns.same .))
(type_parameters name: (identifier) @bound.name bound: (upper_bound type: (_) @bound.type))

(import_declaration) @import
(export_declaration) @import
(ERROR) @error
