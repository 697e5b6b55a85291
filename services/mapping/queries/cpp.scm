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
