; Definitions
(namespace_definition name: (_) body: (_)) @definition.module
(class_declaration) @definition.class
(interface_declaration) @definition.interface
(trait_declaration) @definition.trait
(enum_declaration) @definition.enum
(enum_case name: (name) @definition.member)
(function_definition) @definition.function
(method_declaration) @definition.method
(property_declaration (property_element name: (variable_name) @definition.field))
(property_promotion_parameter name: (variable_name) @definition.promoted)
(const_declaration (const_element . (name) @definition.constant))
((function_call_expression
  function: (name) @_word
  arguments: (arguments . (argument (string (string_content) @name)) (argument))) @definition.constant
  (#eq? @_word "define"))

(base_clause [(name) (qualified_name)] @reference.base)
(class_interface_clause [(name) (qualified_name)] @reference.base)
(use_declaration [(name) (qualified_name)] @reference.base)
(attribute [(name) (qualified_name)] @reference.decorator)
(function_call_expression function: [(name) (qualified_name)] @reference.call)
(object_creation_expression [(name) (qualified_name)] @reference.call)
(member_call_expression name: (name) @member.call)
(nullsafe_member_call_expression name: (name) @member.call)
(scoped_call_expression name: (name) @member.call)
(scoped_call_expression scope: [(name) (qualified_name)] @reference.type)
(named_type [(name) (qualified_name)] @reference.type)
(binary_expression right: [(name) (qualified_name)] @reference.type)
(member_access_expression name: (name) @member.attribute)
(class_constant_access_expression . [(name) (qualified_name)] @reference.type)
(class_constant_access_expression (name) @member.attribute .)
(scoped_property_access_expression scope: [(name) (qualified_name)] @reference.type)
(scoped_property_access_expression name: (variable_name) @member.attribute)
(argument (name) @maybe.name)
(return_statement (name) @maybe.name)

; What names hold
(simple_parameter type: (_) @typing.type name: (variable_name) @typing.name) @typing
(property_promotion_parameter type: (_) @typing.type name: (variable_name) @typing.name @typing.field) @typing
(property_declaration type: (_) @typing.type (property_element name: (variable_name) @typing.name)) @typing
(assignment_expression left: (variable_name) @typing.name right: (object_creation_expression [(name) (qualified_name)] @typing.call)) @typing
(assignment_expression left: (variable_name) @typing.name right: [(function_call_expression) (member_call_expression) (scoped_call_expression)] @typing.invoked) @typing
(assignment_expression left: (variable_name) @typing.name right: [(variable_name) (member_access_expression)] @typing.same) @typing
(assignment_expression left: (member_access_expression object: (variable_name)) @typing.name right: (object_creation_expression [(name) (qualified_name)] @typing.call)) @typing
(assignment_expression left: (member_access_expression object: (variable_name)) @typing.name right: [(function_call_expression) (member_call_expression) (scoped_call_expression)] @typing.invoked) @typing
(assignment_expression left: (member_access_expression object: (variable_name)) @typing.name right: [(variable_name) (member_access_expression)] @typing.same) @typing
(catch_clause type: (type_list . (named_type) @typing.type .) name: (variable_name) @typing.name) @typing
(function_definition return_type: (_) @returns.type)
(method_declaration return_type: (_) @returns.type)
(return_statement (object_creation_expression [(name) (qualified_name)] @returns.call))
(return_statement [(function_call_expression) (member_call_expression) (scoped_call_expression)] @returns.invoked)
(return_statement [(variable_name) (member_access_expression)] @returns.same)
[(anonymous_function) (arrow_function)] @nameless
(assignment_expression left: [(variable_name) (member_access_expression object: (variable_name))] @typing.name
  right: (nullsafe_member_call_expression) @typing.invoked) @typing
(assignment_expression left: [(variable_name) (member_access_expression object: (variable_name))] @typing.name
  right: (clone_expression (variable_name) @typing.same)) @typing
(augmented_assignment_expression left: [(variable_name) (member_access_expression object: (variable_name))] @typing.name
  operator: "??=" right: (object_creation_expression [(name) (qualified_name)] @typing.call)) @typing

(namespace_use_declaration) @import
(namespace_definition name: (_) !body) @import
(ERROR) @error
(foreach_statement (_) (variable_name) @rebinds)
(foreach_statement (pair (variable_name) @rebinds))
(list_literal (variable_name) @rebinds)
(anonymous_function parameters: (formal_parameters (simple_parameter !type name: (variable_name) @rebinds)))
(arrow_function parameters: (formal_parameters (simple_parameter !type name: (variable_name) @rebinds)))
