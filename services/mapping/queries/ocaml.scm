(module_definition (module_binding (module_name) @name)) @definition.module
(module_type_definition (module_type_name) @name) @definition.interface
(structure (value_definition (let_binding pattern: [(value_name) (parenthesized_operator)] @name (parameter)) @definition.function))
(structure (value_definition (let_binding pattern: (value_name) @name body: [(fun_expression) (function_expression)]) @definition.function))
(structure (value_definition (let_binding pattern: [(value_name) (parenthesized_operator)] @name) @definition.variable))
(value_specification [(value_name) (parenthesized_operator)] @name type: (function_type)) @definition.function
(value_specification [(value_name) (parenthesized_operator)] @name) @definition.variable
(external (value_name) @name) @definition.function
(exception_definition (constructor_declaration (constructor_name) @name)) @definition.type
(type_binding name: (type_constructor) @name body: (record_declaration)) @definition.struct
(type_binding name: (type_constructor) @name body: (variant_declaration)) @definition.enum
(type_binding name: (type_constructor) @name) @definition.type
(field_declaration (field_name) @name) @definition.field
(variant_declaration (constructor_declaration (constructor_name) @name) @definition.member)
(class_definition (class_binding (class_name) @name)) @definition.class
(class_type_definition (class_type_binding (class_type_name) @name)) @definition.interface
(method_definition (method_name) @name) @definition.method
(method_specification (method_name) @name) @definition.method
(instance_variable_definition (instance_variable_name) @name) @definition.field
(structure) @body
(signature) @body
(object_expression) @body
(class_body_type) @body
(record_declaration) @body
(variant_declaration) @body
(let_binding body: (_) @body)
(method_definition body: (_) @body)
(ERROR) @error
